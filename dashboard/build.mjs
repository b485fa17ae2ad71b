// SPDX-License-Identifier: PostgreSQL
// Builds the page: `npm run build` (type check, then this), or OUT_DIR=/some/folder npm run build.
// Output: index.html, assets/NAME-HASH.{js,css,woff2,svg}, a .gz and a .br beside every text file (the server
// sends those bytes as they are) and THIRD-PARTY-LICENSES.txt for what the bundle contains.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const outDir = resolve(process.env.OUT_DIR || join(here, '..', 'build', 'dashboard'));
const assets = join(outDir, 'assets');

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: ['es2021'],
  legalComments: 'none',
  loader: { '.woff2': 'file', '.svg': 'file' },
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
};

/** Only what an earlier build has written is removed: OUT_DIR may be anything. */
async function removeEarlierBuild() {
  for (const name of [
    'index.html',
    'index.html.gz',
    'THIRD-PARTY-LICENSES.txt',
    'THIRD-PARTY-LICENSES.txt.gz',
    'index.html.br',
    'THIRD-PARTY-LICENSES.txt.br',
  ]) {
    await rm(join(outDir, name), { force: true });
  }
  await rm(assets, { recursive: true, force: true });
}

function outputOf(metafile, predicate) {
  const found = Object.entries(metafile.outputs).find(([file, info]) => predicate(info, file));
  if (!found) throw new Error('the bundle lacks an expected file');
  return relative(outDir, resolve(here, found[0]));
}

/** LICENSE, NOTICE and the like, also those in a folder of that name. */
async function licenceFiles(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!/^(licen[cs]e|notice|copying)/i.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory()) found.push(...(await readdir(path)).map((name) => join(path, name)));
  }
  return found.sort();
}

/** The licence text of every package that left bytes in the bundle. */
async function licences(metafiles) {
  const names = new Set();
  for (const { inputs } of metafiles) {
    for (const file of Object.keys(inputs)) {
      const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
      if (match) names.add(match[1]);
    }
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = join(here, 'node_modules', name);
    const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const texts = await licenceFiles(folder);
    if (texts.length === 0) throw new Error(`${name} has no licence text`);
    const bodies = await Promise.all(texts.map((file) => readFile(file, 'utf8')));
    parts.push(`${name} ${version} (${license})\n\n${bodies.join('\n\n').trim()}\n`);
  }
  return parts.join(`\n${'-'.repeat(78)}\n\n`);
}

await mkdir(outDir, { recursive: true });
await removeEarlierBuild();

const page = await build({ ...common, entryPoints: ['src/main.ts'], format: 'esm', splitting: true });
// The chosen theme is set before the first paint, hence a blocking script of its own.
const theme = await build({ ...common, entryPoints: ['src/theme-boot.ts'], format: 'iife' });

const icon = await readFile(join(here, 'src', 'icon.svg'));
const iconName = `assets/icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8).toUpperCase()}.svg`;
await writeFile(join(outDir, iconName), icon);

const replacements = {
  MAIN_JS: outputOf(page.metafile, (info) => info.entryPoint === 'src/main.ts'),
  MAIN_CSS: outputOf(page.metafile, (_, file) => /main-[^/]*\.css$/.test(file)),
  CHARTS_JS: outputOf(page.metafile, (info) => info.entryPoint === 'src/lib/echarts.ts'),
  FONT: outputOf(page.metafile, (_, file) => /latin-wght-normal-[^/]*\.woff2$/.test(file)),
  THEME_JS: outputOf(theme.metafile, (info) => info.entryPoint === 'src/theme-boot.ts'),
  ICON: iconName,
};
let html = await readFile(join(here, 'src', 'index.html'), 'utf8');
for (const [key, value] of Object.entries(replacements)) html = html.replaceAll(`%${key}%`, value);
await writeFile(join(outDir, 'index.html'), html);
await writeFile(join(outDir, 'THIRD-PARTY-LICENSES.txt'), await licences([page.metafile, theme.metafile]));

let total = 0;
for (const folder of [outDir, assets]) {
  for (const name of (await readdir(folder)).sort()) {
    const file = join(folder, name);
    const isText = /\.(html|js|css|svg|txt)$/.test(name);
    if (!isText && !/\.woff2$/.test(name)) continue;
    const bytes = await readFile(file);
    const packed = isText ? gzipSync(bytes, { level: 9 }) : bytes;
    if (isText) {
      await writeFile(`${file}.gz`, packed);
      await writeFile(`${file}.br`, brotliCompressSync(bytes));
    }
    if (!name.endsWith('.txt')) total += packed.length;
    console.log(`${String(packed.length).padStart(8)}  ${relative(outDir, file)}`);
  }
}
console.log(`${String(total).padStart(8)}  bytes on the wire (gzip, fonts as they are)`);
