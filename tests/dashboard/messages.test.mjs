// SPDX-License-Identifier: PostgreSQL
// The words of the page: both languages have the same messages with the same values, nothing that is read stands
// outside of src/messages, and the page speaks German with German numbers.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { closePage, eventually, launch, openPage, settled } from './browser.mjs';
import { api, bestProduct, text } from './server.mjs';

const src = fileURLToPath(new URL('../../dashboard/src/', import.meta.url));
const ts = createRequire(join(src, '../package.json'))('typescript');

async function sources(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await sources(path)));
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts')) found.push(path);
  }
  return found;
}

const parse = async (path) => ts.createSourceFile(path, await readFile(path, 'utf8'), ts.ScriptTarget.Latest, true);

/** { en: Map(key → texts), de: … } of one file of messages. */
function catalogues(file) {
  const found = {};
  file.forEachChild((statement) => {
    if (!ts.isVariableStatement(statement)) return;
    for (const { name, initializer } of statement.declarationList.declarations) {
      let value = initializer;
      while (value && (ts.isSatisfiesExpression?.(value) || ts.isAsExpression(value))) value = value.expression;
      if (!['en', 'de'].includes(name.text) || !ts.isObjectLiteralExpression(value)) continue;
      found[name.text] = new Map(
        value.properties.map((property) => {
          const texts = ts.isObjectLiteralExpression(property.initializer)
            ? property.initializer.properties.map((form) => form.initializer.text)
            : [property.initializer.text];
          return [property.name.text, texts];
        }),
      );
    }
  });
  return found;
}

const placeholders = (texts) => [...new Set(texts.flatMap((one) => one.match(/\{\w+\}/g) ?? []))].sort();

test('English and German have the same messages, with the same values', async () => {
  let messages = 0;
  const seen = new Set();
  for (const path of await sources(join(src, 'messages'))) {
    if (path.endsWith('index.ts')) continue;
    const { en, de } = catalogues(await parse(path));
    assert.ok(en && de, `${path} has both languages`);
    assert.deepEqual([...de.keys()].sort(), [...en.keys()].sort(), path);
    for (const [key, texts] of en) {
      assert.ok(!seen.has(key), `${key} is said once`);
      seen.add(key);
      messages += 1;
      assert.ok(
        texts.concat(de.get(key)).every((one) => one && one.trim()),
        `${key} is not empty`,
      );
      assert.deepEqual(placeholders(de.get(key)), placeholders(texts), `${key}: the same values`);
    }
  }
  assert.ok(messages > 200, `${messages} messages`);
});

test('every metric of the database has its word', async () => {
  const { en } = catalogues(await parse(join(src, 'messages', 'codes.ts')));
  const { metrics } = (await api('catalog')).meta;
  assert.ok(metrics.length > 0);
  assert.deepEqual(
    metrics.map((metric) => metric.label_key).filter((key) => !en.has(key)),
    [],
  );
});

/** What the sources may say: whole keys, and the beginnings of keys that are made of a code. */
function saidKeys(file) {
  const said = { whole: new Set(), begun: new Set() };
  const visit = (node) => {
    if (ts.isStringLiteralLike(node)) said.whole.add(node.text);
    if (ts.isTemplateExpression(node) && node.head.text.includes('.')) said.begun.add(node.head.text);
    if (ts.isCallExpression(node) && node.expression.getText() === 'coded' && ts.isStringLiteralLike(node.arguments[0]))
      said.begun.add(`${node.arguments[0].text}.`);
    node.forEachChild(visit);
  };
  visit(file);
  return said;
}

test('no message is left that no page says', async () => {
  const whole = new Set();
  const begun = new Set();
  const messages = [];
  for (const path of await sources(src)) {
    if (path.endsWith('messages/index.ts')) continue;
    const file = await parse(path);
    if (path.includes('/messages/')) {
      messages.push(...(catalogues(file).en?.keys() ?? []));
      continue;
    }
    const said = saidKeys(file);
    for (const key of said.whole) whole.add(key);
    for (const key of said.begun) begun.add(key);
  }
  const unsaid = (key) => !whole.has(key) && ![...begun].some((beginning) => key.startsWith(beginning));
  assert.ok(unsaid('todo.nobody_says_this'));
  assert.deepEqual(messages.filter(unsaid), []);
});

/** Attributes and properties whose text a person reads or hears. */
const READ = new Set(
  'title subtitle label caption empty text name summary detail placeholder alt aria-label note heading'.split(' '),
);
/** The same in every language, and two names that only the program reads. */
const ALIKE = new Set(['lower', 'Combination:', 'CSV', 'PNG', 'SQL', 'z', 'EN', 'DE', '⌘K', 'Ctrl K', 'Esc']);
const hasWord = (one) => /\p{L}{2,}/u.test(one) && !ALIKE.has(one.trim());
const isProse = (one) => hasWord(one) && (/\p{L}{2,} \p{L}+/u.test(one) || /^\p{Lu}\p{Ll}+/u.test(one));

/** What of a string literal a person reads: its own text, or null when the place it stands in is not read. */
function readText(node) {
  const texts = ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)]
    : [node.text];
  // Up through what only chooses or groups.
  let at = node;
  while (
    at.parent &&
    (ts.isConditionalExpression(at.parent) ||
      ts.isArrayLiteralExpression(at.parent) ||
      ts.isParenthesizedExpression(at.parent) ||
      (ts.isBinaryExpression(at.parent) && ['??', '||'].includes(at.parent.operatorToken.getText())))
  )
    at = at.parent;
  const { parent } = at;
  if (ts.isCallExpression(parent)) {
    const callee = parent.expression.getText();
    const place = parent.arguments.indexOf(at);
    if ((callee === 'h' || callee === 'append' || callee === 'pageMessage') && place !== (callee === 'h' ? 0 : -1))
      return texts.filter(hasWord);
  }
  if (ts.isPropertyAssignment(parent) && parent.initializer === at) {
    const property = parent.name.text ?? '';
    if (READ.has(property)) return texts.filter(hasWord);
    if (['class', 'className', 'd', 'viewBox'].includes(property)) return [];
  }
  return texts.filter((one) => isProse(one) && !ALIKE.has(one.trim()));
}

function isForNobody(node) {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isImportDeclaration(at) || ts.isExportDeclaration(at) || ts.isTypeNode(at)) return true;
    if (ts.isThrowStatement(at)) return true; // what a programmer has got wrong
    if (ts.isCallExpression(at)) {
      const callee = at.expression.getText();
      if (/^(t|tr|coded|matchMedia|svg|import|console\.\w+)$/.test(callee)) return true;
      if (
        /\.(querySelector(All)?|closest|matches|addEventListener|setProperty|getItem|setItem|get|has|set)(<.*>)?$/.test(
          callee,
        )
      )
        return true;
    }
    if (ts.isBinaryExpression(at) && /^[!=]==?$/.test(at.operatorToken.getText())) return true;
    if (ts.isCaseClause(at)) return true;
  }
  return false;
}

test('no visible string stands outside of the messages', async () => {
  const outside = [];
  let files = 0;
  for (const path of await sources(src)) {
    if (path.includes('/messages/')) continue;
    files += 1;
    const file = await parse(path);
    const visit = (node) => {
      if ((ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && !isForNobody(node)) {
        for (const one of readText(node))
          outside.push(`${path.slice(src.length)}:${file.getLineAndCharacterOfPosition(node.pos).line + 1} ${one}`);
      }
      node.forEachChild(visit);
    };
    visit(file);
  }
  assert.ok(files > 30, `${files} files`);
  assert.deepEqual(outside, []);
});

test('the search for visible strings finds some', () => {
  const find = (code) => {
    const found = [];
    const visit = (node) => {
      if ((ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && !isForNobody(node))
        found.push(...readText(node));
      node.forEachChild(visit);
    };
    visit(ts.createSourceFile('x.ts', code, ts.ScriptTarget.Latest, true));
    return found.length;
  };
  for (const code of [
    "h('p', {}, 'from ')",
    "h('p', { title: 'revenue' })",
    "h('p', {}, known ? 'yes' : t('word.no'))",
    'const label = `${n} days left`',
    "createPanel({ subtitle: () => 'Last week' })",
  ])
    assert.equal(find(code), 1, code);
  for (const code of [
    "h('p', { class: 'kpi change' }, t('a.b'))",
    "import x from 'Some where'",
    "throw new Error('Not ready yet')",
  ])
    assert.equal(find(code), 0, code);
});

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

/** Words that only English has and that these pages used to say. */
const ENGLISH = /\b(the|and|with|from|revenue|last|days?|against|without|clicks|expected|show|by)\b/i;

/** Text that the page itself writes: what comes from the database as it is (names, sentences) is left out. */
async function ownWords(page) {
  const { data, meta } = await api('catalog');
  const promotions = (await api('promotions')).data.map((row) => row.promotion);
  const subjects = (await api('revenue-change')).data.map((row) => row.subject);
  const first = meta.first_day;
  const holidays = (await api('holidays', { period_start: first, period_end: '2027-12-31' })).data.map(
    (row) => row.name,
  );
  let shown = await text(page, 'body');
  const names = [...data.map((row) => row.product), ...meta.categories, ...promotions, ...subjects, ...holidays].filter(
    Boolean,
  );
  for (const name of names.sort((a, b) => b.length - a.length)) shown = shown.replaceAll(name, '');
  return shown;
}

test('German: words, numbers, dates and minus signs', async () => {
  const page = await openPage(browser, { hash: '#/?lang=de', height: 1200 });
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  const shown = await ownWords(page);
  const english = shown.split('\n').filter((line) => ENGLISH.test(line));
  assert.deepEqual(english, []);
  assert.match(shown, /\d\.\d{3}/, 'thousands are parted by points');
  assert.match(shown, /\d,\d+\s%/, 'decimals by a comma, a space before the per cent sign');
  assert.doesNotMatch(shown, /(^|\s)-[\d$€]/m, 'minus signs are minus signs');
  assert.deepEqual(page.problems, []);
  await page.goto(page.url().replace(/#.*/, `#/product/${encodeURIComponent(await bestProduct())}?lang=de`));
  await settled(page);
  assert.deepEqual(
    (await ownWords(page)).split('\n').filter((line) => ENGLISH.test(line)),
    [],
  );
  await closePage(page);
});

test('the language is chosen in the header, kept, and left to the address where it names one', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const heading = () => text(page, 'h1');
  assert.equal(await heading(), 'All products');
  await page.getByLabel('Language').selectOption('de');
  await eventually(async () => assert.equal(await heading(), 'Alle Produkte'));
  assert.equal(await page.evaluate(() => document.activeElement.className), 'language-control');
  await page.reload();
  await settled(page);
  assert.equal(await heading(), 'Alle Produkte', 'kept');
  await page.goto(page.url().replace(/#.*/, '#/?lang=en'));
  await eventually(async () => assert.equal(await heading(), 'All products'));
  await settled(page);
  const link = await page.locator('#top-sellers tbody a').first().getAttribute('href');
  assert.match(link, /lang=en/, 'a shared language stays with the reader');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('a change is rounded once, from the unrounded values', async () => {
  const page = await openPage(browser, {
    before: (fresh) =>
      fresh.route('**/api/v1/kpis*', async (route) => {
        const answer = await (await route.fetch()).json();
        // -4.5454…%, which the database writes as -4.55: rounded again it would be -4.6.
        const data = answer.data.map((row) =>
          row.metric === 'clicks' ? { ...row, value: 21, prior_value: 22, change_pct: -4.55 } : row,
        );
        return route.fulfill({ json: { ...answer, data } });
      }),
  });
  assert.match(await page.getByRole('article', { name: 'Clicks' }).innerText(), /\u22124\.5%/);
  await closePage(page);
});
