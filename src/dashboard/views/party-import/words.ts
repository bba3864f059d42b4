import { dictionary } from '../../words/dictionary.ts';

export const partyImportWords = dictionary(
  {
    title: 'Register parties from a file',
    lead: 'Rows that are right are kept although others are not; the report says of each what became of it. Nobody is screened by it.',
    toList: 'To the parties',
    readsOnly: 'You signed in with a token that only reads: nothing can be registered with it.',
    columnsHint:
      'In any order. Each row needs a reference of yours, by which it is found again, a legal name and a country. Owners stand before those whom they own, and are named by identifier or by reference. JSON is an array, or a line each, of the same members.',
    allTaken: 'Every row is on the register.',
    subject: 'Party',
    outcomes: { created: 'Registered', changed: 'Changed', unchanged: 'There already', rejected: 'Rejected' },
    mend: {
      row_malformed: 'Write the row again: as many cells as there are columns, text with commas in quotes.',
      field_invalid:
        'Mend that column of the row: countries are two letters of ISO 3166-1, days are written as 2026-11-22.',
      field_unknown: 'Leave the field out, or correct its name.',
      duplicate_row: 'Keep one of the two rows. The first was taken, if nothing is said of it.',
      parent_unknown: 'Put the owner’s row before this one, or correct how it is named.',
      ownership_loops:
        'Its chain of owners comes back to itself or has no end: correct the owner of one of them.',
      ownership_contradicts: 'A party with a parent is not its own ultimate parent: say one or the other.',
      source_missing: 'Say where it is known from (source) and of which day that is (dated).',
      not_yours:
        'The authority has said who owns it, or has denied an owner that this row leaves out: ask the authority.',
    },
  },
  {
    title: '파일로 당사자 등록',
    lead: '다른 행에 오류가 있어도 올바른 행은 등록되며, 보고서가 행마다 결과를 알려 줍니다. 심사는 하지 않습니다.',
    toList: '당사자 목록으로',
    readsOnly: '읽기 전용 토큰으로 로그인했습니다. 이 토큰으로는 등록할 수 없습니다.',
    columnsHint:
      '열 순서는 자유입니다. 각 행에는 다시 찾을 수 있는 귀하의 참조 번호, 법적 명칭, 국가가 필요합니다. 소유자는 소유 대상보다 앞에 두고 식별자나 참조 번호로 적습니다. JSON은 같은 항목의 배열이거나 한 줄에 하나씩입니다.',
    allTaken: '모든 행이 등록부에 있습니다.',
    subject: '당사자',
    outcomes: { created: '등록됨', changed: '변경됨', unchanged: '이미 있음', rejected: '거부됨' },
    mend: {
      row_malformed: '행을 다시 쓰십시오. 칸 수는 열 수와 같아야 하고 쉼표가 든 글은 따옴표로 묶습니다.',
      field_invalid:
        '그 행의 해당 열을 고치십시오. 국가는 ISO 3166-1의 두 글자로, 날짜는 2026-11-22처럼 적습니다.',
      field_unknown: '항목을 빼거나 이름을 고치십시오.',
      duplicate_row: '두 행 중 하나만 남기십시오. 달리 적혀 있지 않으면 첫 행이 등록되었습니다.',
      parent_unknown: '소유자의 행을 이 행 앞에 두거나 적힌 이름을 고치십시오.',
      ownership_loops: '누구도 다른 이를 거쳐 자신을 소유할 수 없습니다. 그중 하나의 소유자를 고치십시오.',
      ownership_contradicts: '모회사가 있는 당사자는 자신의 최종 모회사가 아닙니다. 둘 중 하나만 적으십시오.',
      source_missing: '어디에서 알았는지(source)와 그 날짜(dated)를 적으십시오.',
      not_yours: '당국이 소유자를 정했거나, 이 행에 빠진 소유자를 거부했습니다. 당국에 문의하십시오.',
    },
  },
);
