// What JavaScript adds where it runs; every page works without it.
'use strict';

// The browser's time zone goes along with a sign-up.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
for (const field of document.querySelectorAll('input[data-zone]')) {
  field.value = field.value || zone;
}

// A form that came sooner than a person can type is taken for a program's. Who is that fast waits here for the rest of
// the time; where the operator asks for it, the browser does its sum meanwhile.
const opened = performance.now();
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const leadingZeros = (bytes) => {
  let bits = 0;
  for (const byte of bytes) {
    if (byte !== 0) {
      return bits + Math.clz32(byte) - 24;
    }
    bits += 8;
  }
  return bits;
};

const workFor = async (form, bits) => {
  const text = new TextEncoder();
  const start = `${form.elements.stamp.value}:${form.elements.email.value.trim()}:`;
  for (let number = 0; ; number++) {
    const hash = await crypto.subtle.digest('SHA-256', text.encode(start + number));
    if (leadingZeros(new Uint8Array(hash)) >= bits) {
      return String(number);
    }
  }
};

for (const form of document.querySelectorAll('[data-wait] form')) {
  const { wait, work = 0 } = form.closest('[data-wait]').dataset;
  const rest = () => Math.max(0, Number(wait) * 1000 + 200 - (performance.now() - opened));
  const bits = Number(work);
  form.addEventListener('submit', async (event) => {
    if (rest() === 0 && bits === 0) {
      return;
    }
    event.preventDefault();
    if (form.dataset.busy) {
      return;
    }
    form.dataset.busy = 'yes';
    if (bits > 0) {
      const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'work' });
      field.value = await workFor(form, bits);
      form.append(field);
    }
    await pause(rest());
    delete form.dataset.busy;
    form.submit();
  });
}

// The preferences' time zone, where the browser is in another.
for (const offer of document.querySelectorAll('[data-zone-offer]')) {
  const field = document.querySelector('#time_zone');
  if (zone && field.value !== zone) {
    const button = offer.querySelector('button');
    button.textContent = `Use ${zone}, as this browser does`;
    button.addEventListener('click', () => {
      field.value = zone;
      offer.hidden = true;
      field.focus();
    });
    offer.hidden = false;
  }
}

// Names out of the papers of the last weeks, as they are typed.
for (const field of document.querySelectorAll('input[data-suggest]')) {
  const kind = document.getElementById(field.dataset.suggest);
  let waiting = 0;
  const suggest = async () => {
    const query = new URLSearchParams({ kind: kind.value, q: field.value });
    const answer = await fetch(`/api/v1/suggestions?${query}`);
    if (answer.ok) {
      field.list.replaceChildren(...(await answer.json()).map((name) => new Option(name, name)));
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(waiting);
    if (field.value.trim().length > 1) {
      waiting = setTimeout(suggest, 200);
    }
  });
}
