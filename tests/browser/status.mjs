// Drives the sandbox's status page in the system's real Chromium, by keyboard alone.
// `node status.mjs BASE_URL SCREENSHOT`, with the calling key in DESCOPE_MANAGEMENT_KEY, at a sandbox that has the project
// P2abc with the tag `staging`; ends with 0 if all held.

import assert from 'node:assert/strict';

import { launch } from './chromium.mjs';

const [base, screenshot] = process.argv.slice(2);
const callingKey = process.env.DESCOPE_MANAGEMENT_KEY;
const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = [];
  const foreign = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => request.url().startsWith('data:') || request.url().startsWith(`${base}/`) || foreign.push(request.url()));

  const reply = await page.goto(`${base}/`);
  assert.match(reply.headers()['content-security-policy'], /^default-src 'none';/);
  await page.getByRole('status').getByText('live').waitFor();
  await page.getByText('No key has been made yet.').waitFor();

  const project = page.getByRole('region', { name: 'Projects' }).getByRole('row').filter({ hasText: 'P2abc' });
  await project.getByText('staging').waitFor();

  const secrets = [callingKey];
  await keysAppear(page, secrets);
  await faultMeetsNextRequest(page, secrets);
  await misuseIsTold(page);
  await pictures(page);
  await clearFaults(page);
  await reset(page);

  const everything = await page.content();
  for (const secret of secrets) assert.ok(!everything.includes(secret), 'no secret is in the page');
  assert.equal(await page.title(), 'descope-sandbox', 'a name is no code');
  const refused = 'Failed to load resource: the server responded with a status of 400 (Bad Request)';
  assert.deepEqual(complaints, [refused], 'the console tells nothing but what the browser says of the refused fault');
  assert.deepEqual(foreign, [], 'nothing was asked of another host');
} finally {
  await browser.close();
}

/** Keys are shown when they are made, changed and deleted, without a reload, whatever they are called. */
async function keysAppear(page, secrets) {
  const keys = page.getByRole('region', { name: 'Keys' });
  const grants = {
    companyRoles: [],
    projectRoles: [{ projectIds: ['P2abc'], roles: ['project-full-access'] }],
    tagRoles: [{ tags: ['staging'], roles: ['tag-infra-read-write'] }],
  };
  const first = await create({ name: 'CI deploys', description: 'Used by the pipeline', permittedIps: ['10.0.0.0/24'] });
  secrets.push(first.data.cleartext);
  await keys.getByRole('rowheader', { name: 'CI deploys' }).waitFor();
  secrets.push((await create({ name: hostile, reBac: grants, expireTime: 1893456000 })).data.cleartext);
  await keys.getByText(hostile, { exact: true }).waitFor();
  await keys.getByText('project-full-access on P2abc').waitFor();
  await keys.getByText('2030-01-01 00:00 UTC').waitFor();

  const changed = await call('PUT', '/v1/mgmt/infra', {
    entity: 'management_key',
    id: first.id,
    data: { ...first.data, cleartext: undefined, status: 'inactive' },
  });
  assert.equal(changed.status, 200);
  await keys.getByText('inactive').waitFor();

  const passing = await create({ name: 'passing' });
  secrets.push(passing.data.cleartext);
  await keys.getByRole('rowheader', { name: 'passing' }).waitFor();
  await call('DELETE', `/v1/mgmt/infra?entity=management_key&id=${passing.id}`);
  await keys.getByRole('rowheader', { name: 'passing' }).waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Requests' }).getByText('DELETE /v1/mgmt/infra').waitFor();
}

/** The form is filled in and sent with the keyboard; the next request meets what it says. */
async function faultMeetsNextRequest(page, secrets) {
  await tabTo(page, page.getByLabel('Kind'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('418');
  await tabTo(page, page.getByLabel('Method'));
  await page.keyboard.type('POST');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Inject' }));
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('injected').waitFor();
  const faults = page.getByRole('region', { name: 'Faults' });
  const fault = faults.getByRole('row').filter({ hasText: 'status 418' });
  await fault.getByText('POST request').waitFor();

  assert.equal((await call('GET', '/v1/mgmt/managementkey/search')).status, 200, 'another method passes');
  const met = await call('POST', '/v1/mgmt/infra', { entity: 'management_key', data: document('refused') });
  assert.equal(met.status, 418);
  const requests = page.getByRole('region', { name: 'Requests' });
  const logged = requests.getByRole('row').filter({ hasText: 'injected fault' });
  await logged.getByText('418').waitFor();
  await fault.getByRole('cell').nth(3).getByText('1').waitFor();
  secrets.push((await create({ name: 'after the fault' })).data.cleartext);
}

/** Only the fields of the kind are there, and what the sandbox does not take is said in its own words. */
async function misuseIsTold(page) {
  await page.getByLabel('Kind').selectOption('delay');
  assert.ok(await page.getByRole('spinbutton', { name: 'Status' }).isHidden(), 'a delay has no status');
  const milliseconds = page.getByLabel('Milliseconds');
  await milliseconds.fill('-1');
  await milliseconds.press('Enter');
  assert.ok(!(await milliseconds.evaluate((field) => field.validity.valid)), 'a pause goes forward');
  await milliseconds.fill('1e30');
  await milliseconds.press('Enter');
  await page.getByRole('status').getByText('invalid').waitFor();
  await page.getByLabel('Kind').selectOption('status');
}

/** Light, dark and narrow; the narrow one does not scroll sideways. */
async function pictures(page) {
  // `caret: 'initial'`: to hide it, a style would be added, which the content policy refuses.
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: screenshot, caret: 'initial', fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: screenshot.replace(/\.png$/, '-dark.png'), caret: 'initial', fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 420, height: 860 });
  const { scrolls, fits } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = globalThis.document.documentElement;
    return { scrolls: scrollWidth, fits: clientWidth };
  });
  await page.screenshot({ path: screenshot.replace(/\.png$/, '-narrow.png'), caret: 'initial', fullPage: true });
  assert.ok(scrolls <= fits, 'a narrow window needs no sideways scrolling');
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** What is injected can be taken back. */
async function clearFaults(page) {
  await page.getByRole('button', { name: 'Clear faults' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('No fault is injected.').waitFor();
  assert.deepEqual((await (await fetch(`${base}/_sandbox/faults`)).json()).faults, []);
}

/** The reset asks first, and begins with the harmless answer. */
async function reset(page) {
  await page.getByRole('button', { name: 'Reset…' }).focus();
  await page.keyboard.press('Enter');
  const keep = page.getByRole('button', { name: 'Keep all' });
  assert.ok(await focused(keep), 'the harmless answer has the focus');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.ok((await (await fetch(`${base}/_sandbox/keys`)).json()).keys.length, 'nothing is forgotten yet');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('No key has been made yet.').waitFor();
  await page.getByText('No request has come yet.').waitFor();
}

/** Presses Tab until the element has the focus. */
async function tabTo(page, element) {
  for (let presses = 0; presses < 30; presses += 1) {
    if (await focused(element)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never reaches ${element}`);
}

function focused(element) {
  return element.evaluate((found) => found === globalThis.document.activeElement);
}

function document(name, fields = {}) {
  const reBac = { companyRoles: ['company-full-access'], projectRoles: [], tagRoles: [] };
  return { name, description: '', status: 'active', expireTime: 0, permittedIps: [], reBac, ...fields };
}

async function create({ name, ...fields }) {
  const reply = await call('POST', '/v1/mgmt/infra', { entity: 'management_key', data: document(name, fields) });
  assert.equal(reply.status, 200);
  return reply.json();
}

function call(method, path, body) {
  const headers = { authorization: `Bearer ${callingKey}`, 'content-type': 'application/json' };
  return fetch(`${base}${path}`, { method, headers, body: body && JSON.stringify(body) });
}
