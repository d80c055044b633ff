// Progressive enhancement: every page works without JavaScript.
'use strict';

// The URL of the site, which may be below a path.
const site = new URL('.', document.currentScript.src);

// Submit the browser's time zone with a sign-up.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
for (const field of document.querySelectorAll('input[data-zone]')) {
  field.value = field.value || zone;
}

// The server treats a form that is submitted too soon as automated, so delay the submission until the minimum time has
// passed. If the operator requires a proof of work, compute it meanwhile.
const opened = performance.now();
const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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

const proofOfWork = async (form, bits) => {
  const text = new TextEncoder();
  const start = `${form.elements.form_token.value}:${form.elements.email.value.trim()}:`;
  for (let number = 0; ; number++) {
    const hash = await crypto.subtle.digest('SHA-256', text.encode(start + number));
    if (leadingZeros(new Uint8Array(hash)) >= bits) {
      return String(number);
    }
  }
};

for (const form of document.querySelectorAll('[data-wait] form')) {
  const { wait, work = 0 } = form.closest('[data-wait]').dataset;
  const remaining = () => Math.max(0, Number(wait) * 1000 + 200 - (performance.now() - opened));
  const bits = Number(work);
  form.addEventListener('submit', async (event) => {
    if (remaining() === 0 && bits === 0) {
      return;
    }
    event.preventDefault();
    if (form.dataset.busy) {
      return;
    }
    form.dataset.busy = 'yes';
    if (bits > 0) {
      const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'proof_of_work' });
      field.value = await proofOfWork(form, bits);
      form.append(field);
    }
    await delay(remaining());
    delete form.dataset.busy;
    form.submit();
  });
}

// Offer the browser's time zone in the preferences if it is different.
for (const offer of document.querySelectorAll('[data-zone-offer]')) {
  const field = document.querySelector('#time_zone');
  if (zone && field.value !== zone) {
    const button = offer.querySelector('button');
    button.textContent = offer.dataset.zoneOffer.replace('{zone}', zone);
    button.addEventListener('click', () => {
      field.value = zone;
      offer.hidden = true;
      field.focus();
    });
    offer.hidden = false;
  }
}

// Suggest names from recent papers while the user types.
for (const field of document.querySelectorAll('input[data-suggest]')) {
  const kind = document.getElementById(field.dataset.suggest);
  let timer = 0;
  const suggest = async () => {
    const query = new URLSearchParams({ kind: kind.value, q: field.value });
    const response = await fetch(new URL(`api/v1/suggestions?${query}`, site));
    if (response.ok) {
      field.list.replaceChildren(...(await response.json()).map((name) => new Option(name, name)));
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    if (field.value.trim().length > 1) {
      timer = setTimeout(suggest, 200);
    }
  });
}
