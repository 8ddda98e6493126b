import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the page by itself and asks a running engine for the rest.
const engine = process.env.HOLDFAST_URL ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), tailwind()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, reportCompressedSize: false },
  server: {
    proxy: {
      "/v1": {
        target: engine,
        ws: true,
        changeOrigin: true,
        // The live map takes pages of its own origin; seen from the engine, this one is.
        configure: (proxy) => {
          proxy.on("proxyReqWs", (request) => {
            request.setHeader("Origin", engine);
          });
        },
      },
    },
  },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"], environment: "node" },
});
