/**
 * The look of a proof: colours of Okabe and Ito's, told apart by every common kind of colour vision, and each thing also
 * by its shape, hatching or dashes. Every rule begins with the picture's own class, so that a page may hold the SVG.
 */
const RULES: readonly (readonly [selector: string, light: string, dark: string])[] = [
  ['', 'font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif', ''],
  ['.ground', 'fill:#ffffff', 'fill:#11181d'],
  ['.sea', 'fill:#e6eff5', 'fill:#16232c'],
  ['.frame', 'fill:none;stroke:#8b979f', 'stroke:#52626d'],
  ['.land', 'fill:#f6f2e8;stroke:#b3aa97;stroke-width:.8', 'fill:#2b3338;stroke:#59646c'],
  ['.authorised', 'fill:#cdeadd;stroke:#00805c;stroke-width:2', 'fill:#164638;stroke:#35c198'],
  [
    '.forbidden',
    'fill:#fbdfcc;stroke:#b84a00;stroke-width:2;stroke-dasharray:7 4',
    'fill:#4b2a17;stroke:#f08a4b',
  ],
  ['.disk', 'fill:none;stroke:#5b4a78;stroke-width:1.1;stroke-dasharray:2 3', 'stroke:#b9a5dc'],
  ['.conflict', 'fill:none;stroke:#a3195b;stroke-width:2.2;stroke-dasharray:9 4', 'stroke:#f587b6'],
  ['.edge', 'fill:none;stroke:#00508c;stroke-width:2.4;stroke-linejoin:round', 'stroke:#6cc0f5'],
  ['.hatch', 'stroke:#0072b2;stroke-width:2.2;opacity:.75', 'stroke:#56b4e9'],
  ['.tint', 'fill:#0072b2;opacity:.24', 'fill:#56b4e9'],
  ['.landmark', 'fill:#2d1f47;stroke:#ffffff;stroke-width:1', 'fill:#e3d8f7;stroke:#11181d'],
  ['.facility', 'fill:#e69f00;stroke:#1d1d1d;stroke-width:1.2', 'fill:#ffc23d;stroke:#11181d'],
  ['.bar', 'fill:none;stroke:#22303a;stroke-width:2', 'stroke:#dfe8ee'],
  ['.plate', 'fill:#ffffff;opacity:.82', 'fill:#11181d;opacity:.75'],
  ['text', 'fill:#1b262d', 'fill:#e7eef2'],
  ['.quiet', 'fill:#4b5a64', 'fill:#a9b8c2'],
  ['.name', 'paint-order:stroke;stroke:#ffffff;stroke-width:3;stroke-linejoin:round', 'stroke:#11181d'],
  ['.country', 'letter-spacing:.06em;fill:#56503f', 'fill:#b6bfc5'],
  ['.proven', 'fill:#006d4f', 'fill:#35c198'],
  ['.outside', 'fill:#b3261e', 'fill:#ff9c92'],
  ['.unproven', 'fill:#8a5a00', 'fill:#ffc23d'],
  ['.broken', 'fill:#a3195b', 'fill:#f587b6'],
  [
    '.sign',
    'fill:none;stroke:#ffffff;stroke-width:3;stroke-linecap:round;stroke-linejoin:round',
    'stroke:#11181d',
  ],
];

/** A style sheet for one picture, dark where the reader prefers that. */
export function styleOf(root: string): string {
  const rule = (selector: string, declarations: string): string =>
    declarations === '' ? '' : `.${root}${selector === '' ? '' : ` ${selector}`}{${declarations}}`;
  const light = RULES.map(([selector, declarations]) => rule(selector, declarations)).join('');
  const dark = RULES.map(([selector, , declarations]) => rule(selector, declarations)).join('');
  return `${light}@media (prefers-color-scheme:dark){${dark}}`;
}
