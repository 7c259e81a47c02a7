export type Operation = 'textToImage' | 'imageToImage';
