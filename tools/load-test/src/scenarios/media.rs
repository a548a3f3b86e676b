//! Large files go up and come down at once, and pictures are made smaller beside it. What matters is the memory that
//! the server takes at most: it must not grow with the size of the files.

use std::io::Cursor;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::api::Account;
use crate::arguments::Media;
use crate::error::LoadError;
use crate::figures::{Report, percentile_ms};
use crate::setup::Bench;

const MIB: usize = 1024 * 1024;
/// Bytes of a file that is sent at once.
const CHUNK: usize = 64 * 1024;
/// The time from one look at the server's memory to the next.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The pictures that thumbnails are made of.
const PICTURE: (u32, u32) = (3_000, 2_000);

/// What was measured of many requests.
struct Measured {
    latencies: Vec<Duration>,
    elapsed: Duration,
    cpu: Duration,
    /// The most memory that was seen meanwhile.
    peak_bytes: u64,
}

impl Measured {
    fn add(mut self, report: &mut Report, names: [&'static str; 4], bytes: usize) {
        let [rate, p50, p99, peak] = names;
        let moved = (bytes * self.latencies.len()) as f64 / MIB as f64;
        report.add(rate, moved / self.elapsed.as_secs_f64());
        report.add(p50, percentile_ms(&mut self.latencies, 50));
        report.add(p99, percentile_ms(&mut self.latencies, 99));
        report.add(peak, mib(self.peak_bytes));
    }
}

pub(super) async fn run(bench: &Bench, options: &Media) -> Result<Report, LoadError> {
    if options.transfers == 0 || options.files == 0 || options.size_mib == 0 {
        return Err(LoadError::Arguments("media needs files, their size and transfers"));
    }
    let people = bench.accounts(options.transfers).await?;
    let size = options.size_mib * MIB;
    let chunk = noise();
    super::rest(bench).await?;
    let before = bench.processes.read()?.memory_bytes;
    let mut report = Report::new("media");
    report.count("files", options.files);
    report.count("size_mib", options.size_mib);
    report.count("transfers", options.transfers);
    report.add("memory_before_mib", mib(before));

    let mut files = vec![String::new(); options.files];
    let up = measure(bench, options.transfers, options.files, async |index| {
        bench.api.upload(person(&people, index), content(index, size, &chunk)).await
    });
    let (up, uris) = up.await?;
    for (index, uri) in uris {
        files[index] = uri;
    }
    let cpu_up = up.cpu;
    up.add(&mut report, ["up_mib_per_s", "up_p50_ms", "up_p99_ms", "up_peak_mib"], size);

    let down = measure(bench, options.transfers, options.files, async |index| {
        whole(bench.api.download(person(&people, index + 1), &files[index]).await?, size)
    });
    let (down, _) = down.await?;
    let cpu_down = down.cpu;
    down.add(&mut report, ["down_mib_per_s", "down_p50_ms", "down_p99_ms", "down_peak_mib"], size);
    let moved = (options.files * size) as f64 / (1024.0 * MIB as f64);
    report.add("up_cpu_s_per_gib", cpu_up.as_secs_f64() / moved);
    report.add("down_cpu_s_per_gib", cpu_down.as_secs_f64() / moved);

    let mixed = mix(bench, &people, &files, size, &chunk, options).await?;
    report.add("mix_peak_mib", mib(mixed.peak_bytes));
    report.add("mix_requests_per_s", mixed.latencies.len() as f64 / mixed.elapsed.as_secs_f64());
    super::rest(bench).await?;
    report.add("memory_after_mib", mib(bench.processes.read()?.memory_bytes));
    Ok(report)
}

/// By turns a large file goes up, another comes down, and a new picture goes up and is made smaller.
async fn mix(
    bench: &Bench,
    people: &[Account],
    files: &[String],
    size: usize,
    chunk: &Bytes,
    options: &Media,
) -> Result<Measured, LoadError> {
    // Before anything is measured: whoever draws does not read what comes down.
    let pictures = (0..options.files).map(picture).collect::<Result<Vec<_>, _>>()?;
    let count = options.files * 3;
    let (measured, _) = measure(bench, options.transfers, count, async |index| {
        let account = person(people, index);
        match index % 3 {
            0 => drop(bench.api.upload(account, content(count + index, size, chunk)).await?),
            1 => whole(bench.api.download(account, &files[index % files.len()]).await?, size)?,
            _ => {
                let uri = bench.api.upload(account, vec![pictures[index / 3].clone()]).await?;
                bench.api.thumbnail(account, &uri).await?;
            }
        }
        Ok(())
    })
    .await?;
    Ok(measured)
}

/// A photograph of its own.
fn picture(number: usize) -> Result<Bytes, LoadError> {
    let shade = move |x: u32, y: u32| Rgb([x as u8, y as u8, number as u8]);
    let picture: DynamicImage = RgbImage::from_fn(PICTURE.0, PICTURE.1, shade).into();
    let mut bytes = Vec::new();
    let encoded = picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg);
    encoded.map(|()| bytes.into()).map_err(|error| LoadError::Ended(error.to_string()))
}

/// Does `request` for each of `count` numbers, `transfers` at a time, and looks at the server's memory all the while.
/// Gives what each answered, too, with its number.
async fn measure<T>(
    bench: &Bench,
    transfers: usize,
    count: usize,
    request: impl AsyncFn(usize) -> Result<T, LoadError>,
) -> Result<(Measured, Vec<(usize, T)>), LoadError> {
    let (request, start) = (&request, bench.processes.read()?);
    let timed = |index| async move {
        let began = Instant::now();
        let answer = request(index).await?;
        Ok::<_, LoadError>((began.elapsed(), (index, answer)))
    };
    let work = stream::iter(0..count).map(timed).buffer_unordered(transfers).try_collect::<Vec<_>>();
    let mut work = std::pin::pin!(work);
    let mut peak_bytes = start.memory_bytes;
    let done = loop {
        tokio::select! {
            done = &mut work => break done?,
            () = tokio::time::sleep(LOOK_EVERY) => {
                peak_bytes = peak_bytes.max(bench.processes.read()?.memory_bytes);
            }
        }
    };
    let usage = bench.processes.since(&start)?;
    let (latencies, answers) = done.into_iter().unzip();
    Ok((Measured { latencies, elapsed: usage.elapsed, cpu: usage.cpu, peak_bytes }, answers))
}

/// A file in parts: no two are the same, and all share their memory here.
fn content(number: usize, size: usize, chunk: &Bytes) -> Vec<Bytes> {
    let mark = Bytes::from(format!("{number:>width$}", width = size.min(32)));
    let mut left = size - mark.len();
    let mut parts = vec![mark];
    while left > 0 {
        let part = chunk.slice(..left.min(chunk.len()));
        left -= part.len();
        parts.push(part);
    }
    parts
}

/// Bytes that no file system makes smaller.
fn noise() -> Bytes {
    let mut bytes = vec![0; CHUNK];
    herold_base::Random::System.fill(&mut bytes);
    bytes.into()
}

fn person(people: &[Account], index: usize) -> &Account {
    &people[index % people.len()]
}

fn whole(length: usize, size: usize) -> Result<(), LoadError> {
    let reason = || LoadError::Ended(format!("a file of {size} bytes came down with {length}"));
    if length == size { Ok(()) } else { Err(reason()) }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / MIB as f64
}
