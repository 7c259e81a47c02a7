import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

// Not below test/e2e, where n8n brings a playwright-core of its own.
import { chromium, selectors, type Locator, type Page } from 'playwright-core';

import { browserId, type RestClient } from '../e2e/support/restClient';

export type { Locator, Page };

const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

export const usualWindow = { width: 1440, height: 900 };

/** The program's full path: the one that CHROMIUM names, else the first that the machine has. */
export function findBrowser(): string {
	const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter((name) => name !== undefined);
	for (const name of names) {
		try {
			execFileSync(name, ['--version'], { stdio: 'ignore' });
			return path.isAbsolute(name) ? name : execFileSync('which', [name], { encoding: 'utf8' }).trim();
		} catch {
			// Not installed: try the next one.
		}
	}
	throw new Error(
		'Install chromium: the editor is looked at with it, and it is not there. On Debian: apt-get install chromium. Elsewhere name the program of a Chromium or Chrome in the variable CHROMIUM.',
	);
}

export interface Browser {
	readonly page: Page;
	close(): Promise<void>;
}

/** A browser in which the client's user is signed in. */
export async function openBrowser(client: RestClient, { isDark = false, scale = 1 }: { isDark?: boolean; scale?: number } = {}): Promise<Browser> {
	// n8n names the parts of its editor by this attribute.
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath: findBrowser(), headless: true, args: flags });
	const context = await browser.newContext({ viewport: usualWindow, deviceScaleFactor: scale, colorScheme: isDark ? 'dark' : 'light' });
	const { url, cookies } = client.session();
	await context.addCookies(
		cookies.map((cookie) => {
			const end = cookie.indexOf('=');
			return { name: cookie.slice(0, end), value: cookie.slice(end + 1), url };
		}),
	);
	await context.addInitScript({ content: `localStorage.setItem('n8n-browserId', '${browserId}');` });
	const page = await context.newPage();
	// A busy machine takes a minute to show the editor.
	page.setDefaultTimeout(180_000);
	page.setDefaultNavigationTimeout(90_000);
	return { page, close: async () => await browser.close() };
}
