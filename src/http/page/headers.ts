/**
 * What the page may do: run its own scripts and styles, ask its own verifier, and nothing else; nobody frames it, and no
 * text becomes markup or script (trusted types) but by the one policy that may be made, `sextant`.
 *
 * CSP level 3, https://www.w3.org/TR/CSP3/; trusted types, https://www.w3.org/TR/trusted-types/.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types sextant',
].join('; ');

/** None of what a browser could lend a page: nothing here asks for a place, a camera or a payment. */
const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** On every file of the page, besides what is on every answer (exchange.ts). */
export const PAGE_HEADERS: { readonly [name: string]: string } = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': PERMISSIONS,
  'x-frame-options': 'DENY',
};

/** Asked for again each time, with what is there already named by its tag. */
export const CHANGES = 'no-cache';

/** Of files whose name holds a digest of what is in them. */
export const NEVER_CHANGES = 'public, max-age=31536000, immutable';
