// Scenarios: the real binary, real browsers, several people. One after the other, since each has a server of its own.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["scenarios/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // As long as people of the tests wait for what they look for in a page.
    expect: { poll: { timeout: 15_000 } },
    // A scenario that fails sometimes is broken.
    retry: 0,
  },
});
