import { dictionary } from '../../words/dictionary.ts';

export const partiesWords = dictionary(
  {
    title: 'Parties',
    lead: (inForce: string | null | undefined) =>
      inForce === undefined
        ? 'Who is served, and who owns them.'
        : inForce === null
          ? 'Who is served, and who owns them. The authority has declared no screening list.'
          : `Who is served, and who owns them. Screening list in force: ${inForce}.`,
    nothing:
      'There is no party yet, of those that you may see. An exporter registers whom it serves and says who owns them; the licensing authority screens them.',
    name: 'Name',
    country: 'Registered in',
    headquarters: 'Led from',
    standing: 'Screening',
    stands: {
      clear: 'Clear',
      denied: 'Denied',
      unscreened: 'Not screened',
      outdated: 'Against an older list',
      lapsed: 'Screening lapsed',
      unproven: 'Not proven',
    },
    screenedOn: 'Screened on',
    owner: 'Owner',
    owners: { named: 'Another party', nobody: 'Nobody (declared)', unsaid: 'Not declared' },
    tenant: 'Exporter',
    reference: 'Reference',
    createdAt: 'Registered on',
    id: 'Party',
    fromFile: 'Register from a file',
    screeningsFromFile: 'Screening results from a file',
    register: {
      label: 'Register …',
      what: 'A party that you serve, or that owns one. It is unscreened until the authority has screened it.',
      done: 'The party is registered.',
      legalName: 'Name',
      legalNameHint: 'As the register of its country has it.',
      country: 'Registered in',
      countryHint: 'Two letters, ISO 3166-1.',
      headquarters: 'Led from',
      headquartersHint: 'Two letters, where that is known; it may be another country.',
      reference: 'Reference',
      referenceHint: 'What you call it, e.g. a number of a commercial register; never changed afterwards.',
    },
  },
  {
    title: '당사자',
    lead: (inForce: string | null | undefined) =>
      inForce === undefined
        ? '거래 상대와 그 소유자입니다.'
        : inForce === null
          ? '거래 상대와 그 소유자입니다. 당국이 선언한 심사 목록이 없습니다.'
          : `거래 상대와 그 소유자입니다. 시행 중인 심사 목록: ${inForce}.`,
    nothing:
      '볼 수 있는 당사자가 아직 없습니다. 수출자가 당사자와 그 소유자를 등록하고 허가 당국이 심사합니다.',
    name: '명칭',
    country: '등록국',
    headquarters: '본부 소재국',
    standing: '심사',
    stands: {
      clear: '이상 없음',
      denied: '거부',
      unscreened: '심사되지 않음',
      outdated: '이전 목록으로 심사됨',
      lapsed: '심사 만료',
      unproven: '입증되지 않음',
    },
    screenedOn: '심사일',
    owner: '소유자',
    owners: { named: '다른 당사자', nobody: '없음(신고)', unsaid: '신고되지 않음' },
    tenant: '수출자',
    reference: '참조',
    createdAt: '등록일',
    id: '당사자 식별자',
    fromFile: '파일로 등록',
    screeningsFromFile: '파일로 심사 결과 등록',
    register: {
      label: '등록 …',
      what: '거래 상대 또는 그 소유자입니다. 당국이 심사할 때까지 심사되지 않은 상태입니다.',
      done: '당사자가 등록되었습니다.',
      legalName: '명칭',
      legalNameHint: '해당 국가 등기부의 명칭입니다.',
      country: '등록국',
      countryHint: 'ISO 3166-1 두 글자입니다.',
      headquarters: '본부 소재국',
      headquartersHint: '알려진 경우 두 글자입니다. 다른 국가일 수 있습니다.',
      reference: '참조',
      referenceHint: '상업 등기 번호처럼 귀하가 부르는 이름입니다. 이후 변경되지 않습니다.',
    },
  },
);
