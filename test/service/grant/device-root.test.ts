import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deviceTree } from '../../../src/record/grant/devices.ts';
import { rootOfDevices } from '../../../src/service/grant/device-root.ts';

it('the root of devices is that of their tree, whichever were asked about before', () => {
  const few = fc.constantFrom('a', 'b', '"', ',', '');
  const device = fc.record({ id: few, kind: few, model: fc.option(few) });
  fc.assert(
    fc.property(fc.uniqueArray(device, { selector: ({ id }) => id, minLength: 1 }), (devices) => {
      expect(rootOfDevices(devices)).toEqual(deviceTree(devices));
    }),
    { numRuns: 300 },
  );
});
