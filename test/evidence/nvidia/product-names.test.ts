import { describe, expect, it } from 'vitest';
import { isModelOf } from '../../../src/evidence/nvidia/product-names.ts';

describe('a declared model', () => {
  it.each([
    ['NVIDIA H100 80GB HBM3', 'GH100', true],
    ['h200-sxm-141gb', 'GH100', true],
    ['GH100', 'GH100', true],
    ['NVIDIA B200', 'GB100', true],
    ['GB202', 'GB202', true],
    ['NVSwitch 3', 'LS10', true],
    ['NVIDIA B200', 'GH100', false],
    ['H100', 'GB100', false],
    ['H100 and B200', 'GH100', false],
    ['H1000', 'GH100', false],
    ['A100', 'GH100', false],
    ['accelerator', 'GB202', false],
  ])('%s is a name of %s: %s', (declared, chip, holds) => {
    expect(isModelOf(declared, chip)).toBe(holds);
  });
});
