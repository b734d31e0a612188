// What each person was sent and has not seen yet; kept for this browser tab, so that a reload forgets nothing.

const PLACE = "read";

let run = ""; // which run of the demo the counts belong to
let received = {};
let read = {};

export function forget(thisRun, counts) {
  if (run !== thisRun) read = kept(thisRun);
  run = thisRun;
  received = { ...counts };
}

export const newsFor = (uid) => { received[uid] = (received[uid] ?? 0) + 1; };

export function seeAll(uid) {
  read[uid] = received[uid];
  sessionStorage.setItem(PLACE, JSON.stringify({ run, read }));
}

export const unread = (uid) => Math.max(0, (received[uid] ?? 0) - (read[uid] ?? 0));

function kept(thisRun) {
  const found = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
  return found.run === thisRun ? found.read : {};
}
