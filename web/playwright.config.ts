import { defineConfig } from "@playwright/test";

const control = process.env.HOLDFAST_E2E_CONTROL;
if (!control) throw new Error("these tests need engines to look at: run `make test-web`, which starts them");

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  projects: [
    { name: "tests", testMatch: "*.spec.ts" },
    { name: "pictures", testMatch: "*.pictures.ts" },
    { name: "bench", testMatch: "*.bench.ts", timeout: 300_000 },
  ],
  workers: 2,
  forbidOnly: true,
  // A browser that paints without a graphics card on a busy machine needs time; nothing here is about speed.
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    timezoneId: "UTC",
    actionTimeout: 20_000,
    screenshot: "only-on-failure",
    launchOptions: {
      ...(process.env.HOLDFAST_E2E_BROWSER ? { executablePath: process.env.HOLDFAST_E2E_BROWSER } : {}),
      args: ["--no-sandbox", "--disable-dev-shm-usage"], // as root, and where shared memory is small
    },
  },
});
