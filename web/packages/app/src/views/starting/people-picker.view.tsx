// A field in which people are found by name or id, and those who were chosen, each with a way to leave them out again.
import { X } from "lucide-react";
import { useState } from "react";
import {
  Autocomplete,
  Button,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  SearchField,
  Tag,
  TagGroup,
  TagList,
} from "react-aria-components";

import type { FoundPerson, PeoplePickerModel } from "../../models/starting/people-picker.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./people-picker.module.css";

export function PeoplePickerView({ model, label }: { model: PeoplePickerModel; label: string }) {
  const say = useSay();
  const words = useLive(model.words);
  const found = useLive(model.found);
  const nobody = useLive(model.nobody);
  const failure = useLive(model.failure);
  // With each choice the field begins anew: what was chosen is gone from the list, and must not be pointed at.
  const [choices, setChoices] = useState(0);
  return (
    <div className={styles.picker}>
      <Chosen model={model} />
      <Autocomplete key={choices} inputValue={words} onInputChange={(typed) => model.search(typed)}>
        <SearchField className={styles.search ?? ""} autoFocus>
          <Label className={styles.label ?? ""}>{label}</Label>
          <Input className={styles.input ?? ""} placeholder={say("starting.find-hint")} />
        </SearchField>
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <p className={styles.none} role="status">
          {nobody ? say("starting.nobody") : ""}
        </p>
        <ListBox
          aria-label={say("starting.found")}
          className={styles.list ?? ""}
          items={found.map((person) => ({ ...person, id: person.userId }))}
          onAction={(userId) => {
            model.choose(String(userId));
            setChoices((before) => before + 1);
          }}
        >
          {(person) => <PersonOption person={person} />}
        </ListBox>
      </Autocomplete>
    </div>
  );
}

function PersonOption({ person }: { person: FoundPerson }) {
  const { userId, name, avatar, nameIsShared } = person;
  return (
    <ListBoxItem
      id={userId}
      textValue={nameIsShared ? `${name} ${userId}` : name}
      className={styles.person ?? ""}
    >
      <Avatar id={userId} name={name} address={avatar} />
      <span className={styles.words}>
        <span>{name}</span>
        {nameIsShared && <span className={styles.id}>{userId}</span>}
      </span>
    </ListBoxItem>
  );
}

function Chosen({ model }: { model: PeoplePickerModel }) {
  const say = useSay();
  const chosen = useLive(model.chosen);
  if (chosen.length === 0) return null;
  return (
    <TagGroup
      aria-label={say("starting.chosen")}
      onRemove={(keys) => {
        for (const key of keys) model.remove(String(key));
      }}
    >
      <TagList
        className={styles.tags ?? ""}
        items={chosen.map((person) => ({ ...person, id: person.userId }))}
      >
        {(person) => (
          <Tag id={person.id} textValue={person.name} className={styles.tag ?? ""}>
            <Avatar id={person.id} name={person.name} address={person.avatar} size="small" />
            <span className={styles.name}>{person.name}</span>
            <Button slot="remove" className={styles.remove ?? ""}>
              <X aria-hidden size={14} />
            </Button>
          </Tag>
        )}
      </TagList>
    </TagGroup>
  );
}
