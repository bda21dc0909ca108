import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { EMPTY, inputOf } from '../../src/explorer/check/filled.ts';
import { PEOPLE } from '../../src/explorer/check/people.ts';
import { createLog } from '../../src/infra/log.ts';
import { listen } from '../../src/listen.ts';
import { checksEnv, ERASE, REQUEST, startEreg, watched } from '../support/checks.ts';
import { cuttable } from '../support/cuttable.ts';
import { lookAt, present, problems, SCREENSHOTS, useBrowser, useNight, VIEWS } from '../support/explorer.ts';
import { demoKey, type Ends, post, startGateway } from '../support/gateway.ts';

/** The sandbox takes three seconds for a check. */
const ANSWER = { timeout: 20_000 };

/** A gateway as `npm start` makes it: over sandboxes alone, so that the page has the demo's key. */
async function startDemo(ends: Ends = onTestFinished): Promise<{ app: App; url: string }> {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'gateway-'));
  const app = await createApp(readConfig({ DATA_DIR, IEBC_PLACES_INDEX: 'on-demand' }), { log: createLog('silent') });
  const server = await listen(app, { port: 0, host: '127.0.0.1' });
  ends(() => server.close());
  return { app, url: server.url };
}

/** A gateway over a register of its own, which is a real one for all that it knows. */
async function startReal(checkMs: number) {
  const ereg = await startEreg({ checkMs });
  const gateway = await startGateway({ env: checksEnv(ereg) });
  const server = await listen(gateway.app, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  return { ...gateway, url: server.url };
}

const OUTCOMES: Record<string, string> = {
  confirmed: 'REGISTERED',
  'has moved: confirmed at one address of two': 'REGISTERED',
  'cannot be confirmed': 'NOT_CONFIRMED',
  'no answer either way': 'INCONCLUSIVE',
};

it('offers people of whom the sandboxes say what the page says', async () => {
  const { app } = await startDemo();
  const said = await Promise.all(
    PEOPLE.map(async ({ title, filled }) => {
      const { data } = await post(app, REQUEST, { input: inputOf({ ...EMPTY, ...filled }) }, demoKey(app));
      const versions = await watched(app, data.requestRegistrationCheck.check.id, demoKey(app) as never);
      return [title, versions.at(-1).outcome];
    }),
  );
  expect(said).toEqual(PEOPLE.map(({ title, about }) => [title, OUTCOMES[about]]));
});

describe.skipIf(!present)('a registration checked in a browser', () => {
  const { visit } = useBrowser();
  const demo = useNight(startDemo);

  async function open(url: string) {
    const visited = await visit(`${url}/?view=check`);
    await visited.page.getByRole('heading', { level: 1, name: 'Check a registration' }).waitFor();
    return visited;
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true });
  const ask = (page: Page) => page.getByRole('button', { name: 'Ask the register' }).click();
  /** What is kept where a later visitor of the browser, or a server's log, could find it. */
  const kept = (page: Page) =>
    page.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      cookie: document.cookie,
      state: history.state,
    }));

  it('leads from a name to a credential of which a part is hidden', async () => {
    const { url } = await demo();
    const { page, complaints, addresses } = await open(url);
    expect(await page.locator('.notice').textContent()).toContain('invented');
    expect(await problems(page)).toEqual([]);
    await page.getByLabel('Given name').fill('Maple');
    await page.getByLabel('Family name').fill('Testwell');
    await page.getByLabel('Birth date').fill('1980-01-04');
    await page.getByLabel('Address 1').fill('117-719 Bloor St W, Toronto');
    await page.getByLabel('Label 1').fill('home');
    await page.getByRole('button', { name: 'Another address' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('input.canada.addresses.1.text');
    await page.keyboard.type('41 Streetcar Lane, Toronto');
    await ask(page);

    // On its way: half of it at most, and no outcome is shown before there is one.
    await page.locator('.progress [role=status]', { hasText: 'The register is being asked' }).waitFor();
    expect(Number(await page.locator('progress').getAttribute('value'))).toBeLessThan(1);
    expect(await page.locator('.outcome, .credential').count()).toBe(0);
    await heading(page, 'Registration confirmed').waitFor(ANSWER);
    expect(await page.locator('progress').getAttribute('value')).toBe('1');
    const answers = await page.locator('.by-address li').allInnerTexts();
    expect(answers[0]).toMatch(/^home: Registration confirmed\s+Asked about: 719 Bloor St W #117, Toronto, ON M6G 0X1/);
    expect(answers[1]).toMatch(/^Address 2: Cannot be confirmed/);

    const credential = () => page.getByLabel('To hand on').inputValue();
    const whole = await credential();
    for (const hidden of ['Given name', 'Whole address']) {
      await page.locator('.disclosures label', { hasText: hidden }).locator('input').uncheck();
    }
    const partial = await credential();
    expect(partial.split('~').length).toBe(whole.split('~').length - 2);
    await page.getByRole('button', { name: 'Verify as a third party' }).click();
    const third = page.locator('.third-party');
    await third.getByRole('heading', { name: 'Valid. A third party learns this' }).waitFor();
    const learnt = await third.innerText();
    expect(learnt).toContain('Testwell');
    expect(learnt).toContain('Not: Given name, Whole address.');
    expect(learnt).not.toMatch(/Maple|Bloor/);

    await lookAt(page, 'explorer-check', VIEWS);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('registration-credential.sd-jwt');
    expect(readFileSync(await file.path(), 'utf8')).toBe(partial);

    // What was said of one presentation is not shown beside another.
    await page.locator('.disclosures label', { hasText: 'Family name' }).locator('input').uncheck();
    expect(await third.count()).toBe(0);

    const disclosures = whole.split('~').slice(1, -1);
    const personal = [
      'maple',
      'testwell',
      '1980',
      'bloor',
      'streetcar',
      ...disclosures.map((one) => one.toLowerCase()),
    ];
    const said = addresses.join(' ').toLowerCase();
    expect(personal.filter((word) => said.includes(word))).toEqual([]);
    expect(await kept(page)).toEqual({ local: 0, session: 0, databases: 0, cookie: '', state: null });
    expect(complaints).toEqual([]);
  });

  it('asks Kenya’s register, and lists, shows and erases what was asked', async () => {
    const { url } = await startDemo();
    const { page, complaints } = await open(url);
    await page.getByLabel('Canada').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Voter 10000001' }).click();
    await ask(page);
    await heading(page, 'Registration confirmed').waitFor(ANSWER);
    expect(await page.locator('.disclosures .value').first().textContent()).toBe('10000001');
    await page.getByRole('button', { name: 'Voter 99999999' }).click();
    await ask(page);
    await heading(page, 'Cannot be confirmed').waitFor(ANSWER);
    expect(await page.locator('.outcome').textContent()).toContain('does not mean that the person is not registered');

    const rows = page.locator('.own-checks li');
    await expect
      .poll(() => rows.allInnerTexts().then((texts) => texts.map((text) => text.split('\n')[0])))
      .toEqual([
        expect.stringMatching(/Kenya, .*: Cannot be confirmed$/),
        expect.stringMatching(/Kenya, .*: Registration confirmed$/),
      ]);
    await rows.nth(1).getByRole('button', { name: /^Show/ }).click();
    await heading(page, 'Registration confirmed').waitFor();
    await page.getByRole('button', { name: 'Erase the check', exact: true }).click();
    await expect.poll(() => rows.count()).toBe(1);
    expect(await page.locator('.panel.check').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('says beside the field what is wrong with it, and leads there', async () => {
    const { url } = await startDemo();
    const { page, complaints } = await open(url);
    const focused = () => page.evaluate(() => document.activeElement?.id);
    const wrong = (label: string) => page.getByLabel(label);
    await page.getByLabel('Family name').fill('Testwell');
    await page.getByLabel('Address 1').fill('117-719 Bloor St W, Toronto');
    await page.getByLabel('Birth date').fill('1880-01-04');
    await ask(page);
    await expect.poll(focused).toBe('input.canada.givenName');
    expect(await wrong('Given name').getAttribute('aria-invalid')).toBe('true');
    const described = (await wrong('Given name').getAttribute('aria-describedby'))!;
    expect(await page.locator(`[id="${described}"]`).textContent()).toBe('Give a name.');
    // From here on by the gateway, which names the field.
    await page.getByLabel('Given name').fill('Maple '.repeat(30));
    await ask(page);
    await page.locator('.problem', { hasText: /^Must have 1 to 100 characters/ }).waitFor();
    await expect.poll(focused).toBe('input.canada.givenName');
    await page.getByLabel('Given name').fill('Maple');
    await ask(page);
    await expect.poll(focused).toBe('input.canada.birthDate');
    expect(await page.locator('.problem').allTextContents()).toEqual(['Must be from 1900-01-01 to today.']);
    await page.getByLabel('Birth date').fill('1980-01-04');
    await page.getByRole('button', { name: 'Another address' }).click();
    await page.getByLabel('Label 2').fill('before');
    await ask(page);
    await expect.poll(focused).toBe('input.canada.addresses.1.text');
    await page.getByLabel('Label 1').fill('before');
    await page.getByLabel('Address 2').fill('41 Streetcar Lane, Toronto');
    await ask(page);
    await page.locator('.problem', { hasText: 'Another address of this check has the same label.' }).waitFor();
    await expect.poll(focused).toBe('input.canada.addresses.1.label');
    expect(await problems(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}explorer-check-refused.png` });
    expect(await page.locator('.panel.check').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('asks once, though the answer was lost, and says when a check is not there any more', async () => {
    const { app, url } = await startDemo();
    const { page } = await open(url);
    let lost = 0;
    await page.route('**/graphql', async (route) => {
      if (lost > 0 || !route.request().postData()?.includes('mutation RequestCheck')) return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Robin Nobody' }).click();
    await ask(page);
    await page.getByRole('alert').filter({ hasText: 'The gateway cannot be reached' }).waitFor();
    await ask(page);
    await heading(page, 'Cannot be confirmed').waitFor(ANSWER);
    const rows = page.locator('.own-checks li');
    await expect.poll(() => rows.count()).toBe(1);

    const { data } = await post(app, '{ registrationChecks { nodes { id } } }', {}, demoKey(app));
    const read = page.waitForResponse((response) => !!response.request().postData()?.includes('query MyChecks'));
    await page.getByRole('button', { name: 'Close' }).click();
    await read;
    await post(app, ERASE, { id: data.registrationChecks.nodes[0].id }, demoKey(app));
    await rows.getByRole('button', { name: /^Show/ }).click();
    await heading(page, 'Nothing to show').waitFor();
    await page.getByRole('alert').filter({ hasText: 'there is no such check' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').filter({ hasText: 'there is no such check' }).waitFor();
  });

  it('asks for a key where the register is real, goes on after a lost connection, and cancels', async () => {
    const { app, url } = await startReal(600_000);
    expect(await (await app.fetch(new Request('http://gateway/'))).text()).not.toContain('data-key');
    const line = await cuttable(Number(new URL(url).port));
    const { page, addresses } = await open(`http://127.0.0.1:${line.port}`);
    expect(await page.locator('.people').count()).toBe(0);
    const { filled } = PEOPLE[0]!;
    await page.getByLabel('Given name').fill(filled.givenName!);
    await page.getByLabel('Family name').fill(filled.familyName!);
    await page.getByLabel('Birth date').fill(filled.birthDate!);
    await page.getByLabel('Address 1').fill(filled.addresses![0]!.text);
    await ask(page);
    await page.getByRole('alert').filter({ hasText: 'Give a key first' }).waitFor();
    const key = page.getByLabel('API key');
    await key.fill('nobody-s-key');
    await page.keyboard.press('Enter');
    await ask(page);
    await page.getByRole('alert').filter({ hasText: 'This API key is not known here.' }).waitFor();
    await page.getByRole('button', { name: 'Forget the key' }).click();
    await key.fill('clinic-secret-key');
    await page.keyboard.press('Enter');
    await ask(page);
    await page.locator('.progress [role=status]', { hasText: 'The register is being asked' }).waitFor();
    expect(await problems(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}explorer-check-running.png` });

    line.cut();
    await page.locator('.panel.check .notice', { hasText: 'Connection lost' }).waitFor();
    await page.getByRole('button', { name: 'Cancel the check' }).click();
    await page.getByRole('alert').filter({ hasText: 'It was not canceled. The gateway cannot be reached' }).waitFor();
    line.mend();
    await expect
      .poll(() => page.locator('.panel.check .notice', { hasText: 'Connection lost' }).count(), ANSWER)
      .toBe(0);
    await page.getByRole('button', { name: 'Cancel the check' }).click();
    await heading(page, 'Canceled').waitFor();
    expect(await page.locator('.outcome').textContent()).toContain('Nothing is known of the registration.');
    expect(addresses.join(' ')).not.toContain('secret');

    // Nothing is left of it once the key is forgotten.
    await page.getByRole('button', { name: 'Forget the key' }).click();
    expect(await page.locator('.panel.check, .own-checks').count()).toBe(0);
    expect(await kept(page)).toEqual({ local: 0, session: 0, databases: 0, cookie: '', state: null });
  });
});
