//! Many requests at once, while a load is set up.

use std::future::Future;

use futures::{StreamExt, TryStreamExt, stream};

use crate::error::LoadError;

/// Requests under way during set-up.
const SETUP_PARALLEL: usize = 16;

/// Does `work` for all items, several at once, and returns the results in the items' order.
pub async fn all<I, T, F>(
    items: impl IntoIterator<Item = I>,
    work: impl FnMut(I) -> F,
) -> Result<Vec<T>, LoadError>
where
    F: Future<Output = Result<T, LoadError>>,
{
    stream::iter(items).map(work).buffered(SETUP_PARALLEL).try_collect().await
}
