/** A service whose links lead to a page about a file: a provider would fetch the page instead of the file. */
interface SharePage {
	service: string;
	/** Matches the host, without www. */
	host: RegExp;
	/** Whether the URL leads to a page and not to the file itself. */
	isPage(url: URL): boolean;
	/** Says where the file itself is; undefined if it has to be downloaded first. */
	direct?(url: URL): string;
}

const always = (): boolean => true;
const pathIs =
	(pattern: RegExp) =>
	(url: URL): boolean =>
		pattern.test(url.pathname);
const hasImageEnding = (url: URL): boolean => /\.(png|jpe?g|webp|gif|bmp|tiff?)$/i.test(url.pathname);

function driveFile(url: URL): string {
	const id = /\/d\/([\w-]+)/.exec(url.pathname)?.[1] ?? url.searchParams.get('id') ?? 'FILE_ID';
	return `https://drive.google.com/uc?export=download&id=${/^[\w-]{1,100}$/.test(id) ? id : 'FILE_ID'}`;
}

const sharePages: readonly SharePage[] = [
	{
		service: 'Google Drive',
		host: /^drive\.google\.com$/,
		isPage: pathIs(/^\/(a\/[^/]+\/)?(file\/|open$|drive(\/|$)|folderview)|\/file\/d\//),
		direct: driveFile,
	},
	{
		service: 'Google Docs',
		host: /^docs\.google\.com$/,
		isPage: pathIs(
			/^\/(u\/\d+\/|a\/[^/]+\/)?((document|spreadsheets|presentation|forms)\/(?!.*\/export)|(drawings|file)\/(u\/\d+\/)?d\/[^/]+\/?(edit|view|preview)?$)/,
		),
	},
	{ service: 'Google Photos', host: /^(photos\.google\.com|photos\.app\.goo\.gl)$/, isPage: always },
	{ service: 'Google', host: /^(images\.)?google\.[a-z.]+$/, isPage: pathIs(/^\/(imgres|search|url)$/) },
	{
		service: 'Dropbox',
		host: /^dropbox\.com$/,
		isPage: ({ searchParams }) => searchParams.get('dl') !== '1' && searchParams.get('raw') !== '1',
		direct: () => 'the same link with dl=1 at its end',
	},
	{ service: 'Dropbox Paper', host: /^paper\.dropbox\.com$/, isPage: always },
	{ service: 'OneDrive', host: /^(1drv\.ms|onedrive\.live\.com|photos\.onedrive\.com)$/, isPage: ({ pathname }) => !pathname.startsWith('/download') },
	{
		service: 'SharePoint',
		host: /\.sharepoint\.com$/,
		isPage: ({ pathname, searchParams }) =>
			(/^\/:[a-z]:\//.test(pathname) && searchParams.get('download') !== '1') || /\/(onedrive|stream|AllItems|Doc)\.aspx$/i.test(pathname),
		direct: () => 'the same link with download=1 at its end',
	},
	{ service: 'WeTransfer', host: /^(we\.tl|(.+\.)?wetransfer\.com)$/, isPage: always },
	{ service: 'iCloud', host: /^(share\.)?icloud\.com$/, isPage: always },
	{ service: 'Box', host: /^(.+\.)?box\.com$/, isPage: pathIs(/^\/(s|file|folder|v)\//) },
	{ service: 'MEGA', host: /^mega\.(nz|io|co\.nz)$/, isPage: always },
	{ service: 'Proton Drive', host: /^drive\.proton\.me$/, isPage: always },
	{ service: 'pCloud', host: /^(u|e)\.pcloud\.(link|com)$/, isPage: always },
	{ service: 'MediaFire', host: /^(app\.)?mediafire\.com$/, isPage: pathIs(/^\/(file|view|folder)\//) },
	{
		service: 'Imgur',
		host: /^(m\.)?imgur\.com$/,
		isPage: (url) => !hasImageEnding(url),
		direct: () => 'an address that begins with https://i.imgur.com/ and ends with .jpg or .png',
	},
	{ service: 'ImgBB', host: /^ibb\.co(\.com)?$/, isPage: always, direct: () => 'the direct link that begins with https://i.ibb.co/' },
	{ service: 'Postimages', host: /^postimg\.cc$/, isPage: always, direct: () => 'the direct link that begins with https://i.postimg.cc/' },
	{ service: 'Gyazo', host: /^gyazo\.com$/, isPage: (url) => !hasImageEnding(url) },
	{ service: 'Lightshot', host: /^(prnt\.sc|prntscr\.com)$/, isPage: always },
	{ service: 'Flickr', host: /^(flickr\.com|flic\.kr)$/, isPage: always },
	{ service: 'Instagram', host: /^instagram\.com$/, isPage: always },
	{ service: 'Facebook', host: /^((m|web)\.)?facebook\.com$/, isPage: always },
	{ service: 'Pinterest', host: /^(([a-z]{2}\.)?pinterest\.[a-z.]+|pin\.it)$/, isPage: always },
	{ service: 'X', host: /^(x|twitter)\.com$/, isPage: always },
	{ service: 'Telegram', host: /^(t|telegram)\.me$/, isPage: always },
	{
		service: 'Unsplash',
		host: /^unsplash\.com$/,
		isPage: ({ pathname }) => /^\/([a-z]{2}(-[a-z]{2})?\/)?(photos|fotos|foto|fotografias|s)\//i.test(pathname) && !pathname.endsWith('/download'),
	},
	{ service: 'Pexels', host: /^pexels\.com$/, isPage: pathIs(/^\/([a-z]{2}-[a-z]{2}\/)?(photo|foto|fotos|search)\//) },
	{ service: 'Pixabay', host: /^pixabay\.com$/, isPage: ({ pathname }) => !pathname.startsWith('/get/') && !pathname.startsWith('/api/') },
	{ service: 'Wikimedia', host: /^(commons\.wikimedia|[a-z-]+\.wikipedia)\.org$/, isPage: pathIs(/^\/wiki\/(?!Special:(FilePath|Redirect))/i) },
	{
		service: 'GitHub',
		host: /^github\.com$/,
		isPage: ({ pathname, searchParams }) => /^\/[^/]+\/[^/]+\/(blob|tree)\//.test(pathname) && !searchParams.has('raw'),
		direct: () => 'the same link with ?raw=true at its end',
	},
	{ service: 'GitHub', host: /^(gist\.)?github\.com$/, isPage: ({ pathname }) => /^\/[^/]+(\/[^/]+)?\/?$/.test(pathname) },
	{ service: 'Bitbucket', host: /^bitbucket\.org$/, isPage: pathIs(/^\/[^/]+\/[^/]+\/src\//), direct: () => 'the same link with /raw/ instead of /src/' },
	{ service: 'GitLab', host: /^gitlab\.com$/, isPage: pathIs(/\/-\/blob\//), direct: () => 'the same link with /-/raw/ instead of /-/blob/' },
	{
		service: 'Hugging Face',
		host: /^(huggingface\.co|hf\.co)$/,
		isPage: pathIs(/\/blob\//),
		direct: () => 'the same link with /resolve/ instead of /blob/',
	},
	{ service: 'Canva', host: /^canva\.(com|link)$/, isPage: always },
	{ service: 'Figma', host: /^figma\.com$/, isPage: pathIs(/^\/(file|design|proto|board)\//) },
	{ service: 'Notion', host: /^((app\.)?notion\.(so|com)|.+\.notion\.site)$/, isPage: (url) => !/^\/(image|signed)\//.test(url.pathname) },
	{ service: 'Slack', host: /^(.+\.)?slack\.com$/, isPage: pathIs(/^\/(files|files-pri|files-tmb|archives)\//) },
	{ service: 'Discord', host: /^(ptb\.|canary\.)?discord\.com$/, isPage: pathIs(/^\/channels\//) },
	{ service: 'Airtable', host: /^airtable\.com$/, isPage: always },
	{ service: 'Trello', host: /^trello\.com$/, isPage: always },
	{ service: 'Yandex Disk', host: /^(disk\.yandex\.[a-z.]+|yadi\.sk)$/, isPage: always },
	{ service: 'Baidu', host: /^(pan|yun)\.baidu\.com$/, isPage: always },
	{ service: 'Adobe', host: /^(lightroom|stock)\.adobe\.com$/, isPage: always },
	{ service: 'LinkedIn', host: /^linkedin\.com$/, isPage: always },
	{ service: 'Reddit', host: /^((old|new)\.)?reddit\.com$/, isPage: always },
	{ service: 'TikTok', host: /^((vm|m)\.)?tiktok\.com$/, isPage: always },
	{ service: 'YouTube', host: /^(m\.)?(youtube\.com|youtu\.be)$/, isPage: always },
	{ service: 'Behance', host: /^behance\.net$/, isPage: always },
	{ service: 'Dribbble', host: /^dribbble\.com$/, isPage: always },
	{ service: 'Giphy', host: /^giphy\.com$/, isPage: pathIs(/^\/(gifs|stickers|clips)\//) },
	{ service: 'Tenor', host: /^tenor\.com$/, isPage: pathIs(/^\/([a-z-]+\/)?view\//) },
];

/** The service and remedy for a URL that leads to a page instead of a file; undefined for all other URLs. */
export function sharePage(url: URL): { service: string; remedy: string } | undefined {
	const host = url.hostname
		.toLowerCase()
		.replace(/^www\./, '')
		.replace(/\.$/, '');
	const found = sharePages.find((page) => page.host.test(host) && page.isPage(url));
	if (found === undefined) return undefined;
	const download = 'download the file first (with a node of that service or HTTP Request) and set Image Source to Binary';
	const direct = found.direct?.(url);
	return { service: found.service, remedy: direct === undefined ? download : `use ${direct}, or ${download}` };
}
