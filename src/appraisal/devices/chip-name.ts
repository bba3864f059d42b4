/** A chip by itself, whatever the register calls it: the same under every declaration and on every host. */
export function chipName(kind: 'gpu' | 'switch', identity: string): string {
  return `${kind}_${identity.slice(0, 32)}`;
}
