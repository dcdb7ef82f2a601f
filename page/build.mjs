// Bundles src/ into one module of the Python package. Its first line tells what it was made from (see bundle.py).
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PAGE = dirname(fileURLToPath(import.meta.url));
const BUNDLE = join(PAGE, "..", "src", "mannscope", "explorer", "static", "explorer.js");
const BESIDES = ["build.mjs", "package.json", "package-lock.json", "tsconfig.json"];

/** A digest of everything that the bundle is made from. The same as `digest` in bundle.py. */
async function digest() {
  const entries = await readdir(join(PAGE, "src"), { recursive: true, withFileTypes: true });
  const inside = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(PAGE, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"));
  const hash = createHash("sha256");
  for (const name of [...BESIDES, ...inside].sort()) {
    const content = await readFile(join(PAGE, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** The licences of the packages that are in the bundle, as their terms ask. */
async function licences(inputs) {
  const found = inputs.map((path) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const names = [...new Set(found.filter(Boolean))].sort();
  const texts = names.map(async (name) => {
    const folder = join(PAGE, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    return `${name} ${version}\n\n${(await readFile(join(folder, "LICENSE"), "utf8")).trim()}`;
  });
  return (await Promise.all(texts)).map((text) => `/*! ${text.replaceAll("*/", "* /")}\n*/\n`).join("");
}

const first = `/*! mannscope page ${await digest()} */\n`;
const { metafile, outputFiles } = await build({
  absWorkingDir: PAGE,
  entryPoints: ["src/index.tsx"],
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "text" },
  metafile: true,
  write: false,
});
const text = first + outputFiles[0].text + (await licences(Object.keys(metafile.inputs)));
if (/<\/script|<!--/i.test(text)) {
  throw new Error("the bundle must be safe inside <script>: it holds </script or <!--. Write it in two parts.");
}
await mkdir(dirname(BUNDLE), { recursive: true });
await writeFile(`${BUNDLE}.${process.pid}`, text);
await rename(`${BUNDLE}.${process.pid}`, BUNDLE);
console.log(`${relative(process.cwd(), BUNDLE)}: ${text.length} characters`);
