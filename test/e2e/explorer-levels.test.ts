import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  area,
  lookAt,
  present,
  problems,
  row,
  SCREENSHOTS,
  startNight,
  useBrowser,
  useNight,
  VIEWS,
} from '../support/explorer.ts';

/** All that is in one county: its constituencies, each with its wards. */
type County = {
  code: string;
  name: string;
  constituencies: { code: string; name: string; wards: { code: string }[] }[];
};

/** Of one drawing in four places: it is seen in all of them where it is the country's. */
const SOME_VIEWS = VIEWS.filter(([width, scheme]) => (width === 768) === (scheme === 'dark'));

type Night = Awaited<ReturnType<typeof startNight>>;

async function countyOf({ query }: Night, name: string): Promise<County> {
  const { data } = await query('{ counties { code name constituencies { code name wards { code } } } }');
  return data.counties.find((county: County) => county.name.toUpperCase() === name);
}

describe.skipIf(!present)('the levels of the explorer in a browser', () => {
  const { open } = useBrowser();
  const sharedNight = useNight((ends) => startNight({}, ends));
  const title = (page: Page, name: string) => page.locator('.panel h2', { hasText: new RegExp(`^${name}$`, 'i') });
  const trail = (page: Page) => page.locator('.trail li').allInnerTexts();
  const here = (page: Page) => new URL(page.url()).searchParams.get('place');

  it('leads by mouse from the country to a ward', async () => {
    const night = await sharedNight();
    const nairobi = await countyOf(night, 'NAIROBI');
    const [constituency] = nairobi.constituencies as [County['constituencies'][number]];
    const [ward] = constituency.wards as [{ code: string }];
    const { page, complaints } = await open(night.url);

    await area(page, nairobi.code).click();
    await title(page, 'Nairobi').waitFor();
    await area(page, constituency.code).waitFor();
    expect(await page.locator('.area').count()).toBe(nairobi.constituencies.length);
    expect(await page.locator('tbody tr').count()).toBe(nairobi.constituencies.length);
    await lookAt(page, 'explorer-constituencies', SOME_VIEWS);

    await area(page, constituency.code).click();
    await title(page, constituency.name).waitFor();
    await area(page, ward.code).waitFor();
    expect(await page.locator('.area').count()).toBe(constituency.wards.length);
    await lookAt(page, 'explorer-wards', SOME_VIEWS);

    await area(page, ward.code).click();
    await expect.poll(() => area(page, ward.code).getAttribute('aria-pressed')).toBe('true');
    expect(here(page)).toBe([nairobi.code, constituency.code, ward.code].join('.'));
    expect(await page.locator('.panel .bars li').count()).toBe(8);
    await page.locator('.centres summary').click();
    await expect.poll(() => page.locator('.centres li').first().innerText()).toMatch(/ [1-9]\d* polling stations?$/);
    await lookAt(page, 'explorer-ward', SOME_VIEWS);

    // The way back, by the names above the map; and a row of the table leads on as an area does.
    await page.locator('.trail a', { hasText: 'Nairobi' }).click();
    await title(page, 'Nairobi').waitFor();
    await row(page, constituency.code).locator('a').click();
    await title(page, constituency.name).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('place-title');
    expect(complaints).toEqual([]);
  });

  it('leads by key to a ward, and Escape the same way back', async () => {
    const night = await sharedNight();
    const nairobi = await countyOf(night, 'NAIROBI');
    const { page, complaints } = await open(night.url);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-code') ?? null);
    await area(page, nairobi.code).focus();
    const went = [nairobi.code];
    for (const places of [nairobi.constituencies.map(({ code }) => code), null]) {
      await page.keyboard.press('Enter');
      await expect.poll(() => here(page)).toBe(went.join('.'));
      // The focus goes on among the parts.
      const within =
        places ?? nairobi.constituencies.find(({ code }) => code === went[1])!.wards.map(({ code }) => code);
      await expect.poll(async () => within.includes((await focused()) ?? '')).toBe(true);
      await page.keyboard.press('ArrowDown');
      went.push((await focused())!);
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => here(page)).toBe(went.join('.'));
    expect((await trail(page)).length).toBe(4);
    while (went.length > 0) {
      await page.keyboard.press('Escape');
      const left = went.pop()!;
      await expect.poll(() => here(page)).toBe(went.length === 0 ? null : went.join('.'));
      await expect.poll(focused).toBe(left);
    }
    expect(complaints).toEqual([]);
  });

  it.each([
    ['PRESIDENT', '', 47, /is ahead by/],
    ['GOVERNOR', '', 47, /counted in each county, not for the country as a whole/],
    ['SENATOR', '', 47, /counted in each county, not for the country as a whole/],
    ['WOMAN_REPRESENTATIVE', '', 47, /counted in each county, not for the country as a whole/],
    ['MEMBER_OF_NATIONAL_ASSEMBLY', '', 290, /counted in each constituency, not for the country as a whole/],
    [
      'MEMBER_OF_NATIONAL_ASSEMBLY',
      'by=COUNTY',
      47,
      /counted in each constituency, not for the country.* Choose a county/,
    ],
    ['MEMBER_OF_COUNTY_ASSEMBLY', '', 47, /counted in each ward, not for the country as a whole\. Choose a county/],
    ['MEMBER_OF_COUNTY_ASSEMBLY', 'NAIROBI', 86, /counted in each ward, not for a county as a whole/],
    ['MEMBER_OF_NATIONAL_ASSEMBLY', 'NAIROBI', 17, /counted in each constituency, not for a county as a whole/],
    ['PRESIDENT', 'by=CONSTITUENCY', 290, /is ahead by/],
  ] as const)('shows %s %s', async (post, where, areas, said) => {
    const night = await sharedNight();
    const place = where === 'NAIROBI' ? `place=${(await countyOf(night, where)).code}` : where;
    const isCounted = areas !== 47 || !post.startsWith('MEMBER_OF');
    const isFollowed = post === 'PRESIDENT' && areas === 47;
    const connection = isFollowed ? 'live' : isCounted ? 'polled' : 'none';
    const { page, complaints } = await open(`${night.url}/?post=${post}&${place}`, { connection });
    expect(await page.locator('.area').count()).toBe(areas);
    expect(await page.locator('.panel').innerText()).toMatch(said);
    expect(await page.locator('nav [aria-pressed=true]').count()).toBe(1);
    const ahead = await page.locator('.table td.leader').allInnerTexts();
    expect(ahead.length).toBe(areas);
    expect(ahead.every((text) => text.trim() === 'Not counted here')).toBe(!isCounted);
    if (post !== 'PRESIDENT' && isCounted) {
      // Where nothing is counted as one, its parts are added up.
      const leads = await page.locator('.panel .parties td:nth-child(2)').allTextContents();
      const sum = leads.reduce((total, number) => total + Number(number), 0);
      expect(sum).toBe(ahead.filter((text) => !/No count|Tie|Not/.test(text)).length);
    }
    expect(await problems(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('leads from the map of all constituencies into one', async () => {
    const night = await sharedNight();
    const nairobi = await countyOf(night, 'NAIROBI');
    const { page } = await open(night.url);
    await page.getByRole('button', { name: 'By constituency' }).click();
    const { code, name } = nairobi.constituencies[3]!;
    await row(page, code).locator('a').click();
    await title(page, name).waitFor();
    expect(here(page)).toBe(`${nairobi.code}.${code}`);
  });

  it('finds a place whose name is typed wrongly, by key', async () => {
    const night = await sharedNight();
    const nairobi = await countyOf(night, 'NAIROBI');
    const { page, complaints } = await open(night.url);
    const box = page.getByRole('combobox', { name: 'Find a place' });
    const dagoretti = nairobi.constituencies.find(({ name }) => name.toUpperCase() === 'DAGORETTI NORTH')!;
    await box.fill('Dagoreti Nort');
    const option = page.getByRole('option', { name: /^Dagoretti North constituency, Nairobi$/ });
    await option.waitFor();
    expect(await box.getAttribute('aria-expanded')).toBe('true');
    expect(await problems(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}explorer-search.png` });
    // Escape closes the list, and leaves the place that is shown.
    await page.keyboard.press('Escape');
    expect(await box.getAttribute('aria-expanded')).toBe('false');
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('ArrowDown');
      if ((await option.getAttribute('aria-selected')) === 'true') break;
    }
    expect(await box.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'));
    await page.keyboard.press('Enter');
    await title(page, 'Dagoretti North').waitFor();
    expect(here(page)).toBe(`${nairobi.code}.${dagoretti.code}`);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('place-title');

    await box.fill('qqqqxxxx');
    await page.getByText('Nothing is called like').waitFor();
    await page.route('**/graphql?*Find*', (route) =>
      route.fulfill({
        json: { data: { findPlaces: null }, errors: [{ message: 'The index of places is being built.' }] },
      }),
    );
    await box.fill('Westlands');
    await page.getByText('Places cannot be searched at the moment. The index of places is being built.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('hatches a place that cannot be read, and says so', async () => {
    const night = await startNight();
    const nairobi = await countyOf(night, 'NAIROBI');
    const { code } = nairobi.constituencies[2]!;
    night.sandbox.faults.set({ kind: 'status', status: 500, path: `/results/constituency/${code}/` });
    const { page, complaints } = await open(`${night.url}/?place=${nairobi.code}`, { connection: 'polled' });
    await expect.poll(() => row(page, code).locator('.leader').innerText()).toContain('Not available');
    expect(await row(page, code).locator('td').nth(1).innerText()).toBe('–');
    expect(await area(page, code).getAttribute('aria-label')).toContain('not available at the moment');
    expect(await area(page, code).locator('.fill').getAttribute('fill')).toBe('url(#fill-unavailable)');
    expect(await page.locator('.legend li', { hasText: 'Not available' }).innerText()).toMatch(/1$/);
    await page.screenshot({ path: `${SCREENSHOTS}explorer-unavailable.png` });
    expect(await problems(page)).toEqual([]);

    // Sums say what they are without.
    night.sandbox.faults.set({ kind: 'status', status: 500, path: `/results/constituency/${code}/` });
    await page.getByRole('button', { name: 'National Assembly' }).click();
    await page.locator('.panel', { hasText: '1 constituency cannot be read at the moment' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows a moment that is past, and leads back to now', async () => {
    const night = await startNight();
    const [first] = night.counties as [string];
    await night.see({ stations: 100, votes: { UDX: 9_000, TNX: 1_000 } }, first);
    const between = new Date(night.clock.now() + 1_000).toISOString();
    await night.see({ stations: 101, votes: { UDX: 9_000, TNX: 11_000 } }, first);
    const { page, complaints } = await open(`${night.url}/?at=${between}`, { connection: 'past' });
    await expect.poll(() => row(page, first).textContent()).toMatch(/UDX90\.0%8,000/);
    expect(await page.locator('.notice.past').innerText()).toMatch(/^As it was known at /);
    expect(await problems(page)).toEqual([]);
    await page.screenshot({ path: `${SCREENSHOTS}explorer-past.png` });
    await area(page, first).click();
    await page.locator('.panel', { hasText: '8,000' }).waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toBe(between);
    await page.goBack();
    await page.getByRole('link', { name: 'Back to now' }).click();
    await expect.poll(() => row(page, first).textContent()).toMatch(/TNX55\.0%2,000/);
    await page.locator('.connection.live').waitFor();
    expect(complaints).toEqual([]);
  });
});
