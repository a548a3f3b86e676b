import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/app/vite.config.ts", "packages/engine", "packages/matrix-engine"],
    passWithNoTests: true,
  },
});
