import type { GrantedDevice } from '../../protocol/grant.ts';
import { deviceTree } from '../../record/grant/devices.ts';

type Root = ReturnType<typeof deviceTree>;

/** By the devices themselves, as JSON: the same ones have the same root, whoever asks and whenever. */
const roots = new Map<string, Root>();
/** Of text: what a hundred thousand hosts of one device take, or fifteen thousand of eight. */
const MAX_TEXT = 2 ** 23;
let held = 0;

/** {@link deviceTree}, hashed once for as long as it is remembered: a host renews with the devices that it had. */
export function rootOfDevices(devices: readonly GrantedDevice[]): Root {
  const text = JSON.stringify(devices.map(({ id, kind, model }) => [id, kind, model]));
  const known = roots.get(text);
  if (known !== undefined) return known;
  if (held + text.length > MAX_TEXT) {
    roots.clear();
    held = 0;
  }
  const root = deviceTree(devices);
  roots.set(text, root);
  held += text.length;
  return root;
}
