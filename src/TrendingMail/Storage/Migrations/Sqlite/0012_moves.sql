-- From which network a change of address was asked for, to be told to the new address.
ALTER TABLE address_changes ADD COLUMN network TEXT;
