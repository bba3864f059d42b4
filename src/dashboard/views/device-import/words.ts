import { dictionary } from '../../words/dictionary.ts';

export const deviceImportWords = dictionary(
  {
    title: 'Declare devices from a file',
    lead: 'Rows that are right are kept although others are not; the report says of each what became of it.',
    toList: 'To the devices',
    readsOnly: 'You signed in with a token that only reads: nothing can be declared with it.',
    columnsHint:
      'In any order. Each row needs a kind (host-tpm, host-tee, gpu or switch) and a serial number or an identity. JSON is an array, or a line each, of the same members as one declaration.',
    allTaken: 'Every row is on the register.',
    subject: 'Device',
    outcomes: { created: 'Declared', changed: 'Changed', unchanged: 'There already', rejected: 'Rejected' },
    mend: {
      row_malformed: 'Write the row again: as many cells as there are columns, text with commas in quotes.',
      field_invalid:
        'Mend that column of the row. A kind is host-tpm, host-tee, gpu or switch; a serial number or one identity tells a device apart; facilities and parties are named by their identifiers, which their own pages show.',
      field_unknown: 'Leave the field out, or correct its name.',
      facility_unknown: 'Name a facility that you proposed and that may be used, or leave it empty.',
      party_unknown: 'Name a party that you registered, or register it first.',
      identity_differs:
        'Compare serial number and identity with the chip. If the register is wrong, retire the device first.',
      device_retired: 'It was retired for good. Take the row out, or correct the serial number.',
      device_transferred: 'It belongs to another exporter now, who declares it. Take the row out.',
      proof_owed: 'Leave the party as it is until the device has proven itself.',
      duplicate_row: 'Keep one of the two rows. The first was taken, if nothing is said of it.',
    },
  },
  {
    title: '파일로 장치 신고',
    lead: '다른 행에 오류가 있어도 올바른 행은 등록되며, 보고서가 행마다 결과를 알려 줍니다.',
    toList: '장치 목록으로',
    readsOnly: '읽기 전용 토큰으로 로그인했습니다. 이 토큰으로는 신고할 수 없습니다.',
    columnsHint:
      '열 순서는 자유입니다. 각 행에는 종류(host-tpm, host-tee, gpu, switch)와 일련번호 또는 식별 값이 필요합니다. JSON은 신고 한 건과 같은 항목의 배열이거나 한 줄에 하나씩입니다.',
    allTaken: '모든 행이 등록부에 있습니다.',
    subject: '장치',
    outcomes: { created: '신고됨', changed: '변경됨', unchanged: '이미 있음', rejected: '거부됨' },
    mend: {
      row_malformed: '행을 다시 쓰십시오. 칸 수는 열 수와 같아야 하고 쉼표가 든 글은 따옴표로 묶습니다.',
      field_invalid:
        '그 행의 해당 열을 고치십시오. 종류는 host-tpm, host-tee, gpu, switch 중 하나입니다. 장치는 일련번호나 신원 하나로 구별되며, 시설과 당사자는 각 페이지에 있는 식별자로 적습니다.',
      field_unknown: '항목을 빼거나 이름을 고치십시오.',
      facility_unknown: '귀하가 제안했고 사용할 수 있는 시설을 적거나 비워 두십시오.',
      party_unknown: '귀하가 등록한 당사자를 적거나 먼저 등록하십시오.',
      identity_differs:
        '일련번호와 식별 값을 칩과 비교하십시오. 등록부가 틀렸다면 먼저 그 장치를 퇴역시키십시오.',
      device_retired: '영구히 퇴역한 장치입니다. 행을 빼거나 일련번호를 고치십시오.',
      device_transferred: '이제 다른 수출자의 장치이며 그쪽이 신고합니다. 행을 빼십시오.',
      proof_owed: '장치가 증명될 때까지 당사자를 그대로 두십시오.',
      duplicate_row: '두 행 중 하나만 남기십시오. 달리 적혀 있지 않으면 첫 행이 등록되었습니다.',
    },
  },
);
