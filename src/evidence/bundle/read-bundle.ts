import { FormatError } from '../../bytes/errors.ts';
import type { Binding } from '../../protocol/session.ts';
import { parseBinding } from './binding.ts';
import { type Collection, type Item, parseCollection } from './cmw.ts';
import { type Jws, parseJws } from './jws.ts';
import { BINDING_LABEL, BINDING_MEDIA_TYPE } from './labels.ts';

/** A bundle taken apart, none of it verified. */
export type Bundle = {
  readonly jws: Jws;
  readonly items: Collection;
  readonly bindingItem: Item;
  readonly binding: Binding;
};

/** A JWS around a collection that holds a binding. @throws FormatError */
export function readBundle(text: string): Bundle {
  const jws = parseJws(text);
  const items = parseCollection(jws.payload);
  const bindingItem = items.get(BINDING_LABEL);
  if (bindingItem?.mediaType !== BINDING_MEDIA_TYPE) {
    throw new FormatError('bad_value', 'the collection holds no binding', {
      path: `collection.${BINDING_LABEL}`,
      expected: BINDING_MEDIA_TYPE,
      actual: bindingItem?.mediaType ?? 'absent',
    });
  }
  return { jws, items, bindingItem, binding: parseBinding(bindingItem.value) };
}
