//! The resource `ManagementKey`.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use descope_client::{
    Client, CreatedKey, Error as ClientError, KeyDocument, KeyId, STATUS_ACTIVE, SecretString,
};
use key_policy::change::{self, ChangeKind};
use key_policy::fields::{Effect, MANAGEMENT_KEY};
use key_policy::{Finding, ManagementKey, Options, Severity, Span};
use pulumi_rs_provider::{
    Change, CheckFailure, CheckReply, CheckRequest, Context, CreateReply, CreateRequest, DeleteRequest, Diff,
    DiffRequest, Error, PreviewReply, PreviewRequest, PropertyMap, PropertyPath, PropertyValue, ReadReply,
    ReadRequest, Resource, UpdateReply, UpdateRequest,
};
use secrecy::ExposeSecret as _;

use crate::convert::{self, CLEARTEXT, DIALECT};
use crate::errors;

/// Makes, changes, reads and deletes management keys.
#[derive(Debug)]
pub(crate) struct ManagementKeyResource;

impl Resource<Client> for ManagementKeyResource {
    // The schema and the shape of both come from the core's field table.
    type Inputs = PropertyMap;
    type State = PropertyMap;

    async fn check(
        &self,
        _client: &Client,
        request: CheckRequest,
        context: &Context,
    ) -> Result<CheckReply, Error> {
        let declaration = convert::declaration(&request.name, &request.new_inputs);
        let options = Options {
            now: now(),
            ..Options::default()
        };
        let expiry = |inputs: &PropertyMap| inputs.get("expireTime").map(PropertyValue::expose_deep);
        let is_known_to_expire = request
            .old_inputs
            .as_ref()
            .is_some_and(|old| expiry(old) == expiry(&request.new_inputs));
        let mut failures = Vec::new();
        for finding in key_policy::check_declaration(&declaration, &options) {
            // A key that expired while it was deployed must not block the deployment of everything else.
            let is_refused =
                finding.severity == Severity::Error && !(finding.rule == "expired" && is_known_to_expire);
            if is_refused {
                failures.push(failure(&finding, &request.new_inputs));
            } else if finding.severity == Severity::Note {
                context.log.info(reason(&finding));
            } else {
                context.log.warning(reason(&finding));
            }
        }
        Ok(CheckReply {
            inputs: request.new_inputs,
            failures,
        })
    }

    async fn diff(&self, _client: &Client, request: DiffRequest, _context: &Context) -> Result<Diff, Error> {
        // The state has every field, and says how the key was when it was last seen. What a state of an older
        // version lacks is taken from the inputs.
        let mut old = request.old_inputs;
        old.extend(
            request
                .old_state
                .into_iter()
                .filter(|(_, value)| !value.expose().is_null()),
        );
        let changes = change::compare(
            (&convert::object(&old), DIALECT),
            (&convert::object(&request.new_inputs), DIALECT),
            Span::default(),
        );
        let stables = MANAGEMENT_KEY
            .fields
            .iter()
            .filter(|field| field.is_secret() || field.on_change == Effect::Replace)
            .filter(|field| changes.iter().all(|change| change.field != **field))
            .map(|field| field.camel.to_owned());
        Ok(Diff {
            stables: stables.collect(),
            changes: changes
                .iter()
                .map(|change| {
                    (
                        convert::property_path(&change.path),
                        engine_change(change.kind, change.effect),
                    )
                })
                .collect(),
            ..Diff::default()
        })
    }

    async fn preview(
        &self,
        _client: &Client,
        request: PreviewRequest,
        _context: &Context,
    ) -> Result<PreviewReply, Error> {
        let cleartext = match request.old {
            Some(live) => carried(live.state.get(CLEARTEXT)),
            None => convert::unknown_cleartext(),
        };
        let mut state = convert::with_defaults(&request.inputs);
        state.insert(CLEARTEXT.to_owned(), cleartext);
        Ok(PreviewReply { state })
    }

    async fn create(
        &self,
        client: &Client,
        request: CreateRequest,
        context: &Context,
    ) -> Result<CreateReply, Error> {
        let state = |cleartext: PropertyValue| {
            let mut state = convert::with_defaults(&request.inputs);
            state.insert(CLEARTEXT.to_owned(), cleartext);
            state
        };
        let wanted = document(&request.inputs)?;
        if context.cancellation.is_cancelled() {
            return Err(Error::Cancelled(
                "cancelled before the key was created".to_owned(),
            ));
        }
        // The service makes active keys only.
        let active = KeyDocument {
            status: STATUS_ACTIVE.to_owned(),
            ..wanted.clone()
        };
        let created = match within(client, context).create(&active).await {
            Ok(created) => created,
            Err(error) => return lost(client, error, state(convert::cleartext(""))).await,
        };

        let mut reasons = Vec::new();
        let mut state = state(convert::cleartext(""));
        match secret(&created) {
            Some(cleartext) => drop(state.insert(CLEARTEXT.to_owned(), convert::cleartext(cleartext))),
            None => reasons.push(format!(
                "the service did not tell the secret of the new key `{}`, and it cannot be read again: replace the \
                 resource to get a key that can be used",
                created.id
            )),
        }
        if wanted.status != STATUS_ACTIVE
            && let Err(error) = within(client, context).update(&created.id, &wanted).await
        {
            state.insert("status".to_owned(), STATUS_ACTIVE.into());
            reasons.push(format!(
                "the key `{}` was created, but is still active: {error}",
                created.id
            ));
        }
        let id = created.id.as_str().to_owned();
        Ok(if reasons.is_empty() {
            CreateReply::Created { id, state }
        } else {
            CreateReply::Partial { id, state, reasons }
        })
    }

    async fn read(
        &self,
        client: &Client,
        request: ReadRequest,
        context: &Context,
    ) -> Result<ReadReply, Error> {
        let Some(document) = within(client, context)
            .read(&key_id(&request.id)?)
            .await
            .map_err(|error| errors::of_client(&error))?
        else {
            return Ok(ReadReply::Gone);
        };
        let live = convert::properties(&document);
        let inputs = match &request.inputs {
            Some(known) => with_drift(known, &live),
            None => convert::without_defaults(&live),
        };
        let mut state = convert::with_defaults(&inputs);
        let cleartext = request.state.as_ref().and_then(|state| state.get(CLEARTEXT));
        state.insert(CLEARTEXT.to_owned(), carried(cleartext));
        Ok(ReadReply::Found {
            id: request.id,
            inputs,
            state,
        })
    }

    async fn update(
        &self,
        client: &Client,
        request: UpdateRequest,
        context: &Context,
    ) -> Result<UpdateReply, Error> {
        let mut state = convert::with_defaults(&request.new_inputs);
        state.insert(CLEARTEXT.to_owned(), carried(request.old_state.get(CLEARTEXT)));
        let wanted = document(&request.new_inputs)?;
        within(client, context)
            .update(&key_id(&request.id)?, &wanted)
            .await
            .map_err(|error| errors::of_client(&error))?;
        Ok(UpdateReply::Updated { state })
    }

    async fn delete(&self, client: &Client, request: DeleteRequest, context: &Context) -> Result<(), Error> {
        // One that is gone already is as deleted as one that was deleted now.
        within(client, context)
            .delete(&key_id(&request.id)?)
            .await
            .map(drop)
            .map_err(|error| errors::of_client(&error))
    }
}

/// The client for one verb, which has as much time as the program gives it.
fn within(client: &Client, context: &Context) -> Client {
    match context.deadline {
        Some(deadline) => client.limited_to(deadline.saturating_duration_since(Instant::now())),
        None => client.clone(),
    }
}

/// The finding as the engine shows it. The engine prints the value of a top-level property beside the reason, so
/// a finding about a secret is reported for the resource as a whole.
fn failure(finding: &Finding, inputs: &PropertyMap) -> CheckFailure {
    let path = convert::property_path(&finding.path);
    let is_secret = path
        .top_key()
        .and_then(|key| inputs.get(key))
        .is_some_and(PropertyValue::contains_secret);
    if is_secret {
        CheckFailure {
            path: PropertyPath::root(),
            reason: format!("{path}: {}", reason(finding)),
        }
    } else {
        CheckFailure {
            path,
            reason: reason(finding),
        }
    }
}

fn reason(finding: &Finding) -> String {
    let help = finding
        .help
        .as_deref()
        .map_or_else(String::new, |help| format!("; {help}"));
    format!("{}{help} ({})", finding.message, finding.rule)
}

fn engine_change(kind: ChangeKind, effect: Effect) -> Change {
    let change = match kind {
        ChangeKind::Added => Change::add(),
        ChangeKind::Removed => Change::delete(),
        ChangeKind::Modified => Change::update(),
    };
    match effect {
        Effect::Update => change,
        Effect::Replace => change.replacing(),
    }
}

/// What the service is sent. `check` has let nothing else pass, so a failure here means that it was not asked.
fn document(inputs: &PropertyMap) -> Result<KeyDocument, Error> {
    ManagementKey::from_properties(&convert::object(inputs), DIALECT)
        .map(|key| convert::document(&key))
        .ok_or_else(|| Error::InvalidArgument("the inputs are no valid management key".to_owned()))
}

fn key_id(id: &str) -> Result<KeyId, Error> {
    KeyId::new(id).map_err(|error| errors::of_client(&error))
}

fn secret(created: &CreatedKey) -> Option<&str> {
    created
        .cleartext
        .as_ref()
        .map(SecretString::expose_secret)
        .filter(|text| !text.is_empty())
}

/// The secret of before, which the service never tells again. An imported key has none.
fn carried(cleartext: Option<&PropertyValue>) -> PropertyValue {
    cleartext.map_or_else(
        || convert::cleartext(""),
        |known| PropertyValue::secret(known.clone()),
    )
}

/// The answer to a creation that failed. If the key lives, the engine is told of it, so that it is not forgotten;
/// if it may live, the error names what to look for.
async fn lost(client: &Client, error: ClientError, state: PropertyMap) -> Result<CreateReply, Error> {
    let ClientError::OutcomeUnknown { name, since, id, .. } = &error else {
        return Err(errors::of_client(&error));
    };
    if let Some(id) = id {
        let reason =
            format!("{error}; its secret is lost: replace the resource to get a key that can be used");
        return Ok(CreateReply::Partial {
            id: id.as_str().to_owned(),
            state,
            reasons: vec![reason],
        });
    }
    let advice = match client.find_created_since(name, *since).await {
        Ok(candidates) if candidates.is_empty() => {
            "no key of this name is listed yet; one may still appear, so look again before you try again"
                .to_owned()
        }
        Ok(candidates) => {
            let ids: Vec<_> = candidates.iter().map(|key| format!("`{}`", key.id)).collect();
            format!(
                "created since under this name: {}; delete it in the Descope console, or import it, before you try again",
                ids.join(", ")
            )
        }
        Err(search) => format!(
            "the keys could not be listed either ({search}); look for a key of this name in the Descope console \
             before you try again"
        ),
    };
    Err(Error::Aborted(format!("{error}; {advice}")))
}

/// The inputs as their author wrote them, but for the fields of which the key now has another value.
fn with_drift(known: &PropertyMap, live: &PropertyMap) -> PropertyMap {
    let changes = change::compare(
        (&convert::object(known), DIALECT),
        (&convert::object(live), DIALECT),
        Span::default(),
    );
    let minimal = convert::without_defaults(live);
    let mut inputs = known.clone();
    for field in MANAGEMENT_KEY
        .fields
        .iter()
        .filter(|field| live.contains_key(field.camel))
    {
        let top = |change: &change::FieldChange| {
            convert::property_path(&change.path)
                .top_key()
                .is_some_and(|key| key == field.camel)
        };
        if !changes.iter().any(top) {
            continue;
        }
        let was_secret = known.get(field.camel).is_some_and(PropertyValue::contains_secret);
        match minimal.get(field.camel) {
            Some(value) if was_secret => {
                drop(inputs.insert(field.camel.to_owned(), PropertyValue::secret(value.clone())))
            }
            Some(value) => drop(inputs.insert(field.camel.to_owned(), value.clone())),
            None => drop(inputs.remove(field.camel)),
        }
    }
    inputs
}

/// The current time in unix seconds.
fn now() -> Option<i64> {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_secs()).ok())
}
