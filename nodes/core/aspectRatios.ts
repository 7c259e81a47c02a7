/** The eight ratios that every provider of Seedream 4.5 offers, in the order n8n's lint wants lists in. */
export const aspectRatios = ['1:1', '16:9', '2:3', '21:9', '3:2', '3:4', '4:3', '9:16'] as const;
export type AspectRatio = (typeof aspectRatios)[number];
