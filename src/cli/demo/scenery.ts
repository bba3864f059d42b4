import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeSecret } from '../secret-file.ts';

const scenery = z
  .strictObject({
    partyId: z.string(),
    facilityId: z.string(),
    tpmDeviceId: z.string(),
    gpuDeviceIds: z.array(z.string()),
    anchors: z.string(),
    /** As licences name it. */
    rulePack: z.strictObject({ name: z.string(), version: z.string() }),
    hostId: z.string(),
    referenceSet: z.string(),
    licenceId: z.string(),
    /** SHA-256 of the root above the confidential guest, as it was approved. */
    guestRoot: z.string(),
    guestHostId: z.string(),
    chipTable: z.string(),
    /** The first bundle that was ever accepted: what a thief would replay. */
    firstBundle: z.string(),
  })
  .partial();
type Props = z.infer<typeof scenery>;

/** What earlier starts have set up, by id, so that a later start goes on instead of beginning anew. */
export class Scenery {
  readonly #path: string;
  #props: Props;

  constructor(data: string) {
    this.#path = join(data, 'scenery.json');
    this.#props = existsSync(this.#path) ? scenery.parse(JSON.parse(readFileSync(this.#path, 'utf8'))) : {};
  }

  get<K extends keyof Props>(name: K): Props[K] {
    return this.#props[name];
  }

  keep(props: Props): void {
    this.#props = { ...this.#props, ...props };
    writeSecret(this.#path, JSON.stringify(this.#props));
  }
}
