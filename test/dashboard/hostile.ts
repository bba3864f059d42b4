/** What people might write where a name is asked for, to make the page do or say something else. */
export const HOSTILE: { readonly [name: string]: string } = {
  markup: '<b>bold</b><img src=x onerror="globalThis.pwned=1"><svg/onload=globalThis.pwned=1>',
  script: '"><script>globalThis.pwned=1</script>',
  attribute: '" autofocus onfocus="globalThis.pwned=1" x="',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant to look like one
  template: '{{constructor.constructor("globalThis.pwned=1")()}}${globalThis.pwned=1}',
  address: 'javascript:globalThis.pwned=1',
  overridden: 'approved\u202egnp.exe\u202c by \u2066nobody\u2069',
  rightToLeft: 'רשות הרישוי \u200fG4\u200e',
  unseen: 'a\u200bb\u2060c\ufeffd\u00ade\u2028f\u0000g',
  long: `long ${'x'.repeat(9_995)}`,
  stacked: `Z${'\u0336\u0353\u035b'.repeat(60)}`,
  newlines: 'first\r\nsecond\tthird',
};
