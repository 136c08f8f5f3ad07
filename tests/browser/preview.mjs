// Drives the preview page in the system's real Chromium, by mouse and by keyboard.
// `node preview.mjs PAGE_FOLDER SCREENSHOT`; ends with 0 if all held.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { launch } from './chromium.mjs';

const [folder, screenshot] = process.argv.slice(2);

const server = createServer(async (request, response) => {
  const found = request.url === '/';
  response.writeHead(found ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
  response.end(found ? await readFile(join(folder, 'index.html')) : '');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const address = `http://127.0.0.1:${server.address().port}/`;

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  const complaints = [];
  const requests = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));

  await page.goto(address);
  await starts(page);
  await conflict(page);
  await replacement(page);
  await terraform(page);
  await byKeyboard(page);
  await forbidden(page, address);

  assert.deepEqual(complaints, [], 'the console stayed silent');
  assert.deepEqual(requests, [address], 'nothing but the page itself was asked for');
} finally {
  await browser.close();
  server.close();
}

/** The example is loaded, is clean, and is the baseline. */
async function starts(page) {
  await page.getByText('No problems').waitFor();
  await page.getByText('This text is the baseline.').waitFor();
  await page.getByRole('textbox', { name: 'Declaration' }).getByText('expireTime').first().waitFor();
}

/** Company roles beside project roles: seen, found by a click, gone when mended. */
async function conflict(page) {
  await addBelow(page, line(page, 'rebac:').nth(1), '        companyRoles: [company-full-access]');
  const finding = page.getByRole('button', { name: 'scope-conflict' });
  await finding.waitFor();
  await page.getByRole('status').getByText('1 error').waitFor();
  assert.ok(await page.locator('.cm-lintRange-error').count(), 'the place is underlined');

  await line(page, 'runtime:').click();
  const place = await finding.locator('.place').innerText();
  await finding.click();
  assert.equal(await cursor(page), place, 'a click on the finding puts the cursor at its place');

  await line(page, 'companyRoles').nth(1).click();
  await page.keyboard.press('Shift+Control+k');
  await page.getByText('No problems').waitFor();
  assert.equal(await finding.count(), 0, 'the finding is gone');
}

/** What an edit would do to the key: a name updates it, an expiry replaces it; pinned, neither is a change. */
async function replacement(page) {
  const changes = page.getByRole('region', { name: 'Against the baseline' });
  await replaceWord(page, 'Staging', 'Preproduction');
  await changes.getByText('UPDATED IN PLACE').waitFor();
  assert.match(await changes.innerText(), /\bname\b/);
  assert.equal(await changes.getByText('KEY REPLACED').count(), 0);

  await replaceWord(page, '1893456000', '1924992000');
  await changes.getByText('KEY REPLACED').waitFor();
  assert.match(await changes.innerText(), /\bexpireTime\b/);
  assert.equal(await changes.getByText('UPDATED IN PLACE').count(), 0);

  await addBelow(page, line(page, 'rebac:').nth(1), '        companyRoles: [company-full-access]');
  await page.getByRole('button', { name: 'scope-conflict' }).waitFor();
  // `caret: 'initial'`: to hide it, a style would be added, which the content policy refuses.
  await page.screenshot({ path: screenshot, caret: 'initial' });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: screenshot.replace(/\.png$/, '-dark.png'), caret: 'initial' });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 420, height: 860 });
  const { scrolls, fits } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrolls: scrollWidth, fits: clientWidth };
  });
  assert.ok(scrolls <= fits, 'a narrow window needs no sideways scrolling');
  await page.setViewportSize({ width: 1280, height: 860 });
  await line(page, 'companyRoles').nth(1).click();
  await page.keyboard.press('Shift+Control+k');

  await page.getByRole('button', { name: 'Pin this text' }).click();
  await changes.getByText('This text is the baseline.').waitFor();
  assert.equal(await changes.getByText('KEY REPLACED').count(), 0);
}

/** The other language is read when it is pasted, and when it is chosen. */
async function terraform(page) {
  const text = 'resource "descope_management_key" "ci" {\n  name = ""\n  rebac = { company_roles = ["company-full-access"] }\n}\n';
  await page.getByRole('textbox', { name: 'Declaration' }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
  await page.getByRole('heading', { name: 'main.tf' }).waitFor();
  await page.getByRole('button', { name: 'empty-name' }).waitFor();
  await page.getByRole('radio', { name: 'Pulumi YAML' }).check({ force: true });
  await page.getByRole('heading', { name: 'Pulumi.yaml' }).waitFor();
  await page.getByRole('radio', { name: 'Auto' }).check({ force: true });
  await page.getByRole('button', { name: 'empty-name' }).waitFor();
}

/** Tab leaves the editor, reaches each finding and then the pin; Enter follows a finding. */
async function byKeyboard(page) {
  const finding = page.getByRole('button', { name: 'empty-name' });
  const findings = await page.locator('.place').count();
  await page.getByRole('textbox', { name: 'Declaration' }).focus();
  assert.ok((await tabs(page, page.getByRole('button', { name: 'Pin this text' }))) === findings + 1, 'Tab reaches the pin');
  await page.getByRole('textbox', { name: 'Declaration' }).focus();
  assert.ok((await tabs(page, finding)) <= findings, 'Tab reaches the finding');
  const place = await finding.locator('.place').innerText();
  await page.keyboard.press('Enter');
  assert.equal(await cursor(page), place, 'Enter on the finding puts the cursor at its place');
}

/** The page could not make a request if it wanted to. */
async function forbidden(page, address) {
  const blocked = await browser.newPage();
  await blocked.goto(address);
  const outcome = await blocked.evaluate(() => fetch('/').then(() => 'sent', () => 'refused'));
  assert.equal(outcome, 'refused', 'the content policy allows no request');
  await blocked.close();
}

/** Presses Tab until `target` has the focus, and says how often; gives up after thirty times. */
async function tabs(page, target) {
  for (let pressed = 1; pressed <= 30; pressed += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return pressed;
  }
  return Infinity;
}

function line(page, text) {
  return page.locator('.cm-line', { hasText: text });
}

/** Types a whole line below another, whatever the editor indents by itself. */
async function addBelow(page, above, added) {
  await above.click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Home');
  await page.keyboard.type(added);
}

/** Selects a word by a double click and types another. */
async function replaceWord(page, word, other) {
  const box = await page.evaluate((word) => {
    const walker = document.createTreeWalker(document.querySelector('.cm-content'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const start = walker.currentNode.data.indexOf(word);
      if (start < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, start);
      range.setEnd(walker.currentNode, start + word.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    return null;
  }, word);
  assert.ok(box, `\`${word}\` is in the editor`);
  await page.mouse.dblclick(box.x, box.y);
  await page.keyboard.type(other);
}

/** Line and column of the cursor, as findings give them. */
function cursor(page) {
  return page.evaluate(() => {
    const selection = getSelection();
    const active = document.querySelector('.cm-activeLine');
    const before = document.createRange();
    before.setStart(active, 0);
    before.setEnd(selection.focusNode, selection.focusOffset);
    const number = document.querySelector('.cm-lineNumbers .cm-activeLineGutter').textContent;
    return `${number}:${[...before.toString()].length + 1}`;
  });
}
