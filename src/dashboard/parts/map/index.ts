export { useAtlas } from './atlas.ts';
export { GroundUnder } from './ground-under.tsx';
export { LandmarkMark, LandmarkMarks } from './landmark-mark.tsx';
export { type Drawn, GroundMap } from './map.tsx';
export { outlineFacts } from './outline-facts.ts';
export { OutlineShape, ringsOf } from './outline-shape.tsx';
export type { Point } from './plane.ts';
