import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

const hashed = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * Script and style into the page itself, under a policy that names them by hash and lets nothing in or out: what is
 * opened from a USB stick must not be able to ask the network for anything.
 */
function oneFile(): Plugin {
  return {
    name: "saksi-one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("no page was built");
      let [script, style] = ["", ""];
      for (const [name, made] of Object.entries(bundle)) {
        if (made.type === "chunk") script += made.code;
        else if (name.endsWith(".css")) style += String(made.source);
        else continue;
        delete bundle[name];
      }
      script = script.replaceAll("</script", "<\\/script").trim();
      const policy = [
        "default-src 'none'",
        `script-src ${hashed(script)} 'wasm-unsafe-eval'`,
        `style-src ${hashed(style)}`,
        "worker-src blob:",
        "media-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const html = String(page.source)
        .replace(/\s*<script[^>]*src=[^>]*><\/script>/g, "")
        .replace(/\s*<link[^>]*rel="stylesheet"[^>]*>/g, "");
      const head = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
      page.source = html
        .replace('<meta charset="utf-8" />', () => `<meta charset="utf-8" />\n    ${head}`)
        .replace("</head>", () => `  <style>${style}</style>\n  </head>`)
        .replace("</body>", () => `  <script type="module">${script}</script>\n  </body>`);
      page.fileName = "verifikasi.html";
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: false,
  plugins: [oneFile()],
  worker: { format: "iife" },
  build: {
    outDir: "../../saksi/custody/page",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
  },
});
