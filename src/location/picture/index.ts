export { provePicture } from './picture.ts';
export type { DrawnArea, DrawnVerdict, Proof } from './proof.ts';
