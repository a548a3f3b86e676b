// Runs before the page is drawn, so that it is never seen in other colours than the chosen ones. What it reads is
// written by src/models/preferences; everything else about it is done by src/screen/appearance.ts a moment later.
try {
  const chosen = JSON.parse(localStorage.getItem("herold.preferences") ?? "{}");
  for (const name of ["theme", "contrast", "textSize", "density", "motion"]) {
    if (typeof chosen[name] === "string") document.documentElement.dataset[name] = chosen[name];
  }
} catch {
  // Then the page begins as the system wants it.
}
