import { defineConfig } from "vite";

// The API serves what is built here at `/`; see archive_api. `npm run dev` asks a running API at SAKSI_DEV_API.
export default defineConfig({
  build: {
    outDir: "../archive_api/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the page's policy allows no data: scripts or fonts
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/api": process.env["SAKSI_DEV_API"] ?? "http://127.0.0.1:8080" },
  },
});
