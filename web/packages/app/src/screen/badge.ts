// How much is waiting, wherever the app is seen without being open: in its title, on its icon in the tab, and on the
// icon of the installed app.

const SIDE_PX = 64;
const MANY = 99;

/** Addresses of the drawings by what stands on them. They stay: browsers load icons when they please. */
const drawings = new Map<string, Promise<string | undefined>>();
let wanted = "";
let mark: Promise<HTMLImageElement> | undefined;

export function showWaiting(count: number, appName: string): void {
  document.title = count > 0 ? `(${count}) ${appName}` : appName;
  wanted = count > MANY ? `${MANY}+` : count > 0 ? String(count) : "";
  void show(wanted);
  // Browsers that cannot are told nothing.
  navigator.setAppBadge?.(count).catch(() => undefined);
}

async function show(text: string): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  const address = text === "" ? "/icon.svg" : await drawingOf(text);
  // Something else may be waiting by now.
  if (text !== wanted || !address) return;
  link.type = text === "" ? "image/svg+xml" : "image/png";
  link.href = address;
}

function drawingOf(text: string): Promise<string | undefined> {
  const drawing = drawings.get(text) ?? drawn(text);
  drawings.set(text, drawing);
  return drawing;
}

async function drawn(text: string): Promise<string | undefined> {
  mark ??= loaded("/icon.svg");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE_PX;
  const context = canvas.getContext("2d");
  const image = await mark.catch(() => undefined);
  if (!context || !image) return undefined;
  context.drawImage(image, 0, 0, SIDE_PX, SIDE_PX);
  const radius = text.length > 2 ? 24 : 20;
  // A picture knows nothing of the page's colours, and stands on the browser's own ground, whichever that is.
  context.fillStyle = "#b3261e";
  context.beginPath();
  context.arc(SIDE_PX - radius, radius, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#fff";
  context.font = `700 ${text.length > 2 ? 22 : 28}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, SIDE_PX - radius, radius + 2);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  return blob ? URL.createObjectURL(blob) : undefined;
}

async function loaded(address: string): Promise<HTMLImageElement> {
  const image = new Image(SIDE_PX, SIDE_PX);
  image.src = address;
  await image.decode();
  return image;
}
