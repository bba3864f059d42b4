import { escapedMarkup as escaped } from '../../bytes/markup.ts';
import { fitted } from './fit.ts';
import { type Drawn, drawMap } from './map.ts';
import { drawPanel } from './panel.ts';
import { type Projection, projectionOf, type View, WHOLE_EARTH_METERS } from './projection.ts';
import type { Proof } from './proof.ts';
import { styleOf } from './style.ts';
import { factsOf, verdictInWords } from './words.ts';

const MAP = 620;
const [WIDTH, HEIGHT, EDGE] = [960, 660, 20];

/** Characters: a page loads it at once. */
const MOST_LETTERS = 170_000;
/** Pixels, from finest to coarsest: coasts of fjords are drawn plainer before a picture grows heavy. */
const FLATNESSES = [0.35, 0.8, 1.6] as const;

/**
 * A proof of place as an SVG document that a person understands at a glance: the region that the round trips leave
 * possible, the landmarks and limits that make it so, the borders, the place that was stated, and the verdict in words.
 * Without scripts, links or anything fetched; light or dark as the reader prefers; every text from outside is escaped.
 *
 * It shows a proof and is none: borders and outlines are rounded to tenths of a pixel.
 *
 * @param id begins every id and class in the document: give each picture on one page its own
 */
export function provePicture(proof: Proof, id = 'sextant-proof'): string {
  if (!/^[a-z][a-z0-9-]*$/.test(id)) throw new RangeError(`not an id: ${id}`);
  const view = fitted(proof, MAP);
  const { drawn, projection } = drawnSmall(proof, view, id);
  const { heading, sentence } = verdictInWords(proof);
  const horizon = Math.min(MAP, WHOLE_EARTH_METERS * projection.pixelsPerMeter);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="${id}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${escaped(`${heading}: ${proof.subject}`)}</title>
<desc id="${id}-desc">${escaped([sentence, ...factsOf(proof, drawn.shaping)].join('. '))}</desc>
<style>${styleOf(id)}</style>
<defs>
<pattern id="${id}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="tint" width="7" height="7"/><path class="hatch" d="M0 0v7"/></pattern>
<clipPath id="${id}-map"><rect width="${MAP}" height="${MAP}"/></clipPath>
</defs>
<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>
<g transform="translate(${EDGE} ${EDGE})"><g clip-path="url(#${id}-map)">
<circle class="sea" cx="${MAP / 2}" cy="${MAP / 2}" r="${Math.ceil(horizon)}"/>
${drawn.svg}
</g><rect class="frame" width="${MAP}" height="${MAP}"/></g>
${drawPanel(proof, drawn, EDGE + MAP + 24, id)}
</svg>
`;
}

function drawnSmall(
  proof: Proof,
  view: View,
  id: string,
): { readonly drawn: Drawn; readonly projection: Projection } {
  for (const flatness of FLATNESSES) {
    const projection = projectionOf(view, flatness);
    const drawn = drawMap(proof, projection, id);
    if (drawn.svg.length <= MOST_LETTERS) return { drawn, projection };
  }
  // Even the coarsest borders are too many: the region and its landmarks are what the picture is for.
  const projection = projectionOf(view, 1.6);
  const areas = proof.areas.filter(({ role }) => role === 'authorised');
  return { drawn: drawMap({ ...proof, areas }, projection, id), projection };
}
