import { sharePage } from '../../../nodes/core/parameters/sharePage';

test.each<[string, string]>([
	['https://drive.google.com/file/d/1AbC-x_9/view?usp=sharing', 'https://drive.google.com/uc?export=download&id=1AbC-x_9'],
	['https://drive.google.com/a/example.com/file/d/1AbC/edit', 'https://drive.google.com/uc?export=download&id=1AbC'],
	['https://drive.google.com/open?id=1AbC', 'https://drive.google.com/uc?export=download&id=1AbC'],
	['https://drive.google.com/drive/folders/1AbC', 'Image Source to Binary'],
	['https://docs.google.com/document/d/1AbC/edit', 'Image Source to Binary'],
	['https://photos.app.goo.gl/AbC', 'Image Source to Binary'],
	['https://www.google.com/imgres?imgurl=https%3A%2F%2Fexample.com', 'Image Source to Binary'],
	['https://www.dropbox.com/s/abc/photo.jpg?dl=0', 'dl=1'],
	['https://www.dropbox.com/scl/fi/abc/photo.jpg?rlkey=x&dl=0', 'dl=1'],
	['https://dropbox.com/s/abc/photo.jpg', 'dl=1'],
	['https://1drv.ms/i/s!abc', 'Image Source to Binary'],
	['https://onedrive.live.com/?cid=1&id=2', 'Image Source to Binary'],
	['https://contoso-my.sharepoint.com/:i:/g/personal/a/Ab?e=x', 'download=1'],
	['https://we.tl/t-abc', 'Image Source to Binary'],
	['https://example.wetransfer.com/downloads/abc', 'Image Source to Binary'],
	['https://www.icloud.com/iclouddrive/abc', 'Image Source to Binary'],
	['https://app.box.com/s/abc', 'Image Source to Binary'],
	['https://imgur.com/abc', 'https://i.imgur.com/'],
	['https://imgur.com/a/abc', 'https://i.imgur.com/'],
	['https://imgur.com/gallery/abc', 'https://i.imgur.com/'],
	['https://ibb.co/abc', 'https://i.ibb.co/'],
	['https://www.instagram.com/p/abc/', 'Image Source to Binary'],
	['https://www.pinterest.com/pin/1/', 'Image Source to Binary'],
	['https://unsplash.com/photos/abc', 'Image Source to Binary'],
	['https://commons.wikimedia.org/wiki/File:A.jpg', 'Image Source to Binary'],
	['https://github.com/o/r/blob/main/a.png', 'raw=true'],
	['https://mega.nz/file/abc', 'Image Source to Binary'],
])('%s is a page, and the remedy says %s', (address, says) => {
	const page = sharePage(new URL(address));
	expect(page?.remedy).toContain(says);
	expect(page?.remedy).toContain('set Image Source to Binary');
});

test.each([
	'https://drive.google.com/uc?export=download&id=1AbC',
	'https://drive.google.com/thumbnail?id=1AbC&sz=w2000',
	'https://drive.usercontent.google.com/download?id=1AbC',
	'https://lh3.googleusercontent.com/d/1AbC',
	'https://www.dropbox.com/s/abc/photo.jpg?dl=1',
	'https://www.dropbox.com/scl/fi/abc/photo.jpg?rlkey=x&raw=1',
	'https://dl.dropboxusercontent.com/s/abc/photo.jpg',
	'https://contoso.sharepoint.com/:i:/g/Ab?download=1',
	'https://onedrive.live.com/download?cid=1&resid=2',
	'https://i.imgur.com/abc.jpg',
	'https://imgur.com/abc.png',
	'https://i.ibb.co/abc/a.png',
	'https://images.unsplash.com/photo-1',
	'https://upload.wikimedia.org/wikipedia/commons/a.jpg',
	'https://commons.wikimedia.org/wiki/Special:FilePath/A.jpg',
	'https://raw.githubusercontent.com/o/r/main/a.png',
	'https://github.com/o/r/blob/main/a.png?raw=true',
	'https://github.com/o/r/raw/main/a.png',
	'https://dropbox.com.example.org/s/abc?dl=0',
	'https://example.com/file/d/1AbC/view',
	'https://storage.googleapis.com/b/a.png',
])('%s is taken for a file', (address) => {
	expect(sharePage(new URL(address))).toBeUndefined();
});
