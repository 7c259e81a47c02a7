import { withoutDirectives } from './scenario';
import { simulatedProviders } from './simulatedProviders';
import type { World } from './world';

const newest = 60;

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** What a person sees who opens the simulator in a browser. */
export function page(world: World): string {
	const tasks = [...world.tasks.values()].reverse().slice(0, newest);
	const cards = tasks.map((task) => {
		const record = world.record(task);
		const pictures = record.images
			.filter((url) => url !== '')
			.map((url, index) => {
				const small = `/__thumbnail/${encodeURIComponent(task.id)}/${index + 1}.png`;
				return `<a href="${escape(url)}"><img src="${small}" alt="image ${index + 1}" loading="lazy"></a>`;
			});
		return `<section class="${record.state}"><div class="pictures">${pictures.join('')}</div>
<b>${escape(task.provider.displayName)}</b> <i>${record.state}</i> <code>${escape(record.id)}</code>
<p>${escape(withoutDirectives(record.prompt).slice(0, 160))}</p><small>${record.size} · charged ${record.charged}</small></section>`;
	});
	const rows = world.requests
		.slice(-200)
		.reverse()
		.map(
			(entry) => `<tr><td>${entry.time.slice(11, 23)}</td><td>${entry.provider ?? ''}</td><td>${entry.kind}</td>
<td><code>${escape(`${entry.method} ${entry.path}`.slice(0, 120))}</code></td><td class="s${Math.floor(entry.status / 100)}">${entry.status}</td>
<td>${escape((entry.note ?? '').slice(0, 160))}</td></tr>`,
		);
	const accounts = simulatedProviders.map(
		(provider) =>
			`<tr><td>${escape(provider.displayName)}</td><td><code>${escape(world.origin + provider.prefix)}</code></td><td><code>${escape(world.keysOf(provider)[0] ?? '')}</code></td></tr>`,
	);
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Seedream simulator</title>
<meta http-equiv="refresh" content="5"><style>
body{font:14px/1.45 system-ui,sans-serif;margin:2rem;background:#f6f6f8;color:#1d1d24}h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:1rem;align-items:start}
section{background:#fff;border-radius:10px;padding:.8rem;box-shadow:0 1px 4px #0002}section p{margin:.4rem 0}section.failed{outline:2px solid #d33}
.pictures{display:flex;gap:4px;flex-wrap:wrap;margin-bottom:.5rem}.pictures a{flex:1 1 45%}.pictures img{width:100%;border-radius:6px;display:block}
table{border-collapse:collapse;width:100%;background:#fff}td,th{padding:.25rem .5rem;border-bottom:1px solid #e6e6ec;text-align:left;vertical-align:top}
.s0,.s5{color:#c22}.s4{color:#b60}.s2{color:#282}code{font-size:.85em}i{color:#777}</style></head><body>
<h1>Seedream simulator</h1><p>${world.tasks.size} tasks, ${world.requests.length} requests, time factor ${world.timeFactor}.
<a href="/__requests">requests</a> · <a href="/__tasks">tasks</a> as JSON.</p>
<h2>Base URLs and keys</h2><table>${accounts.join('\n')}</table>
<h2>Tasks</h2><main>${cards.join('\n')}</main>
<h2>Requests, newest first</h2><table><tr><th>time</th><th>provider</th><th>kind</th><th>request</th><th>status</th><th>note</th></tr>
${rows.join('\n')}</table></body></html>`;
}
