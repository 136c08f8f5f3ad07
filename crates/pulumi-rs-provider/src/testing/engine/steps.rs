//! One run: which calls are made for which resource, and what is remembered.

use std::collections::BTreeSet;

use super::super::plugin::{CallError, Live, Plugin, Target};
use super::program::{Declaration, Input, Program};
use super::run::{Failure, Run, Step, StepKind};
use super::{Resource, ignore};
use crate::path::{PathPattern, PropertyPath};
use crate::proto::diff_response::DiffChanges;
use crate::proto::property_diff::Kind;
use crate::proto::{DiffResponse, PropertyDiff};
use crate::urn::Urn;
use crate::value::{PropertyMap, PropertyValue, UnknownKind};

/// One run.
pub(super) struct Deployment {
    plugin: Plugin,
    preview: bool,
    number: u64,
    resources: Vec<Resource>,
    config: Option<PropertyMap>,
    run: Run,
}

impl Deployment {
    pub(super) fn new(plugin: Plugin, preview: bool, number: u64, resources: Vec<Resource>) -> Self {
        Self {
            plugin,
            preview,
            number,
            resources,
            config: None,
            run: Run::default(),
        }
    }

    /// Says goodbye: what was done, what is remembered, and the configuration if it was good.
    pub(super) async fn end(mut self) -> (Run, Vec<Resource>, Option<PropertyMap>) {
        if let Err(error) = self.plugin.cancel().await {
            self.fail(&Target::new("", ""), error);
        }
        (self.run, self.resources, self.config)
    }

    /// Goes from Handshake to Configure.
    pub(super) async fn configure(
        &mut self,
        provider: Target,
        engine: &str,
        last: Option<&PropertyMap>,
        config: &PropertyMap,
    ) {
        match self.configured(&provider, engine, last, config).await {
            Ok(config) => self.config = Some(config),
            Err(failure) => self.run.failures.push(failure),
        }
    }

    async fn configured(
        &mut self,
        provider: &Target,
        engine: &str,
        last: Option<&PropertyMap>,
        config: &PropertyMap,
    ) -> Result<PropertyMap, Failure> {
        let failed = |error| Failure::Call {
            urn: provider.urn.clone(),
            error,
        };
        self.plugin.handshake(engine).await.map_err(failed)?;
        self.plugin.attach(engine).await.map_err(failed)?;
        let checked = self
            .plugin
            .check_config(provider, last, config)
            .await
            .map_err(failed)?;
        if !checked.failures.is_empty() {
            return Err(Failure::Check {
                urn: provider.urn.clone(),
                failures: checked.failures,
            });
        }
        if let Some(last) = last.filter(|last| **last != checked.inputs) {
            let diff = self.plugin.diff_config(provider, last, &checked.inputs).await;
            if !diff.map_err(failed)?.replaces.is_empty() {
                return Err(Failure::ProviderReplaced {
                    urn: provider.urn.clone(),
                });
            }
        }
        let configured = self
            .plugin
            .configure(provider, "provider-id", &checked.inputs)
            .await;
        configured.map_err(failed)?;
        Ok(checked.inputs)
    }

    fn stopped(&self) -> bool {
        !self.run.failures.is_empty()
    }

    fn fail(&mut self, target: &Target, error: CallError) {
        self.run.failures.push(Failure::Call {
            urn: target.urn.clone(),
            error,
        });
    }

    fn step(&mut self, target: &Target, kind: StepKind, diff: Option<DiffResponse>, live: Option<Live>) {
        self.run.steps.push(Step {
            urn: target.urn.clone(),
            kind,
            diff,
            live,
        });
    }

    /// Where a resource stands among those that are remembered.
    fn position(&self, urn: &Urn) -> Option<usize> {
        self.resources
            .iter()
            .position(|resource| resource.target.urn == *urn && !resource.replaced)
    }

    /// Makes a program true. What is no longer wanted goes last, in the opposite order.
    pub(super) async fn program(&mut self, program: &Program) {
        let mut wanted = BTreeSet::new();
        for declaration in program.resources() {
            if self.stopped() {
                return;
            }
            let target = Target::new(&declaration.token, &declaration.name);
            wanted.insert(target.urn.clone());
            self.resource(&target, declaration).await;
        }
        let unwanted = |resource: &Resource| resource.replaced || !wanted.contains(&resource.target.urn);
        for position in (0..self.resources.len()).rev() {
            if self.stopped() {
                return;
            }
            if unwanted(&self.resources[position]) {
                self.delete(position).await;
            }
        }
    }

    /// The random seed is new in each run, since without a plan the engine remembers none.
    fn seed(&self, urn: &Urn) -> [u8; 32] {
        let mut seed = [0; 32];
        for (index, byte) in urn.as_str().bytes().enumerate() {
            seed[index % 24] = u8::wrapping_add(u8::wrapping_mul(seed[index % 24], 31), byte);
        }
        seed[24..].copy_from_slice(&self.number.to_be_bytes());
        seed
    }

    async fn resource(&mut self, target: &Target, declaration: &Declaration) {
        let goal = match self.resolve(target, &declaration.inputs) {
            Ok(goal) => goal,
            Err(failure) => return self.run.failures.push(failure),
        };
        let position = self.position(&target.urn);
        let old = position.map(|position| self.resources[position].clone());
        let news = match &old {
            Some(old) => ignore::fold(&declaration.ignore_changes, &old.live.inputs, &goal),
            None => goal.clone(),
        };
        let olds = old.as_ref().map(|old| &old.live.inputs);
        let Some(inputs) = self.check(target, olds, &news).await else {
            return;
        };
        let Some((old, position)) = old.zip(position) else {
            return self.create(target, declaration, inputs).await;
        };
        let diff = self
            .plugin
            .diff(target, &old.live, &inputs, &declaration.ignore_changes)
            .await;
        let mut diff = match diff {
            Ok(diff) => diff,
            Err(error) => return self.fail(target, error),
        };
        apply_replace_on_changes(&mut diff, &declaration.replace_on_changes);
        if diff.changes() == DiffChanges::DiffSome && !diff.replaces.is_empty() {
            // What was carried over from the old resource, a generated name for one, must be made anew.
            let Some(inputs) = self.check(target, None, &goal).await else {
                return;
            };
            self.replace(target, declaration, position, inputs, diff).await;
        } else if diff.changes() == DiffChanges::DiffSome || !old.init_errors.is_empty() {
            self.update(position, declaration, inputs, diff).await;
        } else {
            self.step(target, StepKind::Same, Some(diff), Some(old.live));
        }
    }

    /// The inputs with the outputs that they refer to.
    fn resolve(
        &self,
        target: &Target,
        inputs: &std::collections::BTreeMap<String, Input>,
    ) -> Result<PropertyMap, Failure> {
        let value = |input: &Input| match input {
            Input::Value(value) => Ok(value.clone()),
            Input::Output { resource, property } => {
                self.output(resource, property)
                    .ok_or_else(|| Failure::NoSuchOutput {
                        urn: target.urn.clone(),
                        resource: resource.clone(),
                        property: property.clone(),
                    })
            }
        };
        inputs
            .iter()
            .map(|(key, input)| Ok((key.clone(), value(input)?)))
            .collect()
    }

    fn output(&self, resource: &str, property: &str) -> Option<PropertyValue> {
        let mut found = self
            .resources
            .iter()
            .filter(|known| known.target.name == resource && !known.replaced);
        let live = &found.next()?.live;
        match live.outputs.get(property) {
            Some(value) => Some(value.clone()),
            None if property == "id" && !live.id.is_empty() => Some(live.id.as_str().into()),
            // What a preview leaves out is unknown.
            None if self.preview => Some(PropertyValue::Unknown(UnknownKind::String)),
            None => None,
        }
    }

    /// The checked inputs, unless something is wrong with them.
    async fn check(
        &mut self,
        target: &Target,
        olds: Option<&PropertyMap>,
        news: &PropertyMap,
    ) -> Option<PropertyMap> {
        let seed = self.seed(&target.urn);
        match self.plugin.check(target, olds, news, &seed, self.preview).await {
            Ok(checked) if checked.failures.is_empty() => Some(checked.inputs),
            Ok(checked) => {
                self.run.failures.push(Failure::Check {
                    urn: target.urn.clone(),
                    failures: checked.failures,
                });
                None
            }
            Err(error) => {
                self.fail(target, error);
                None
            }
        }
    }

    /// Creates, and remembers what exists even if it is only a part.
    async fn make(
        &mut self,
        target: &Target,
        declaration: &Declaration,
        inputs: PropertyMap,
    ) -> Option<Resource> {
        let resource = |live: Live, init_errors| Resource {
            target: target.clone(),
            live,
            ignore_changes: declaration.ignore_changes.clone(),
            init_errors,
            replaced: false,
        };
        match self.plugin.create(target, &inputs, self.preview).await {
            Ok(live) => Some(resource(live, Vec::new())),
            Err(CallError::Incomplete { verb, live, reasons }) => {
                let live = Live { inputs, ..*live };
                self.fail(
                    target,
                    CallError::Incomplete {
                        verb,
                        live: Box::new(live.clone()),
                        reasons: reasons.clone(),
                    },
                );
                Some(resource(live, reasons))
            }
            Err(error) => {
                self.fail(target, error);
                None
            }
        }
    }

    async fn create(&mut self, target: &Target, declaration: &Declaration, inputs: PropertyMap) {
        if let Some(resource) = self.make(target, declaration, inputs).await {
            self.step(target, StepKind::Create, None, Some(resource.live.clone()));
            self.resources.push(resource);
        }
    }

    async fn replace(
        &mut self,
        target: &Target,
        declaration: &Declaration,
        position: usize,
        inputs: PropertyMap,
        diff: DiffResponse,
    ) {
        let delete_first = declaration
            .delete_before_replace
            .unwrap_or(diff.delete_before_replace);
        self.resources[position].replaced = true;
        if delete_first {
            self.delete(position).await;
            if self.stopped() {
                return;
            }
        }
        match self.make(target, declaration, inputs).await {
            Some(resource) => {
                self.step(
                    target,
                    StepKind::CreateReplacement,
                    Some(diff),
                    Some(resource.live.clone()),
                );
                self.resources.push(resource);
            }
            // The old one stays in its place.
            None if !delete_first => self.resources[position].replaced = false,
            None => {}
        }
    }

    async fn update(
        &mut self,
        position: usize,
        declaration: &Declaration,
        inputs: PropertyMap,
        diff: DiffResponse,
    ) {
        let Resource {
            target, live: old, ..
        } = self.resources[position].clone();
        let ignored = &declaration.ignore_changes;
        let (live, init_errors) = match self
            .plugin
            .update(&target, &old, &inputs, ignored, self.preview)
            .await
        {
            Ok(live) => (live, Vec::new()),
            Err(CallError::Incomplete { verb, live, reasons }) => {
                let live = Live { inputs, ..*live };
                self.fail(
                    &target,
                    CallError::Incomplete {
                        verb,
                        live: Box::new(live.clone()),
                        reasons: reasons.clone(),
                    },
                );
                (live, reasons)
            }
            // The old state is kept.
            Err(error) => return self.fail(&target, error),
        };
        let resource = &mut self.resources[position];
        resource.live = live.clone();
        resource.init_errors = init_errors;
        resource.ignore_changes.clone_from(ignored);
        self.step(&target, StepKind::Update, Some(diff), Some(live));
    }

    async fn delete(&mut self, position: usize) {
        let Resource {
            target,
            live,
            replaced,
            ..
        } = self.resources[position].clone();
        // A preview asks nobody.
        if !self.preview
            && let Err(error) = self.plugin.delete(&target, &live).await
        {
            return self.fail(&target, error);
        }
        self.resources.remove(position);
        let kind = if replaced {
            StepKind::DeleteReplaced
        } else {
            StepKind::Delete
        };
        self.step(&target, kind, None, None);
    }

    /// Looks at every resource.
    pub(super) async fn refresh(&mut self) {
        let mut position = 0;
        while position < self.resources.len() && !self.stopped() {
            if self.refreshed(position).await {
                position += 1;
            }
        }
    }

    /// Whether the resource is still there.
    async fn refreshed(&mut self, position: usize) -> bool {
        let Resource {
            target,
            live: old,
            ignore_changes,
            ..
        } = self.resources[position].clone();
        let read = self
            .plugin
            .read(&target, &old.id, Some((&old.inputs, &old.outputs)))
            .await;
        let (live, reasons) = match read {
            Ok(Some(live)) => (live, Vec::new()),
            Ok(None) => {
                self.resources.remove(position);
                self.step(&target, StepKind::Refresh, None, None);
                return false;
            }
            // An unhealthy resource is only warned of.
            Err(CallError::Incomplete { live, reasons, .. }) => (*live, reasons),
            Err(error) => {
                self.fail(&target, error);
                return true;
            }
        };
        // What the world has changed is what an update would change back.
        let diff = match self
            .plugin
            .diff(&target, &live, &old.inputs, &ignore_changes)
            .await
        {
            Ok(diff) => inverted(diff),
            Err(error) => {
                self.fail(&target, error);
                return true;
            }
        };
        self.resources[position].live = live.clone();
        self.resources[position].init_errors = reasons;
        self.step(&target, StepKind::Refresh, Some(diff), Some(live));
        true
    }

    /// Takes over what exists under an id.
    pub(super) async fn import(&mut self, target: Target, id: &str) {
        if self.stopped() {
            return;
        }
        let (live, init_errors) = match self.plugin.read(&target, id, None).await {
            Ok(Some(live)) => (live, Vec::new()),
            Ok(None) => {
                return self.run.failures.push(Failure::Missing {
                    urn: target.urn.clone(),
                    id: id.to_owned(),
                });
            }
            Err(CallError::Incomplete { live, reasons, .. }) => (*live, reasons),
            Err(error) => return self.fail(&target, error),
        };
        let Some(inputs) = self.check(&target, Some(&live.inputs), &live.inputs).await else {
            return;
        };
        match self.plugin.diff(&target, &live, &inputs, &[]).await {
            Ok(diff) => {
                self.step(&target, StepKind::Import, Some(diff), Some(live.clone()));
                self.resources.push(Resource {
                    target,
                    live: Live { inputs, ..live },
                    ignore_changes: Vec::new(),
                    init_errors,
                    replaced: false,
                });
            }
            Err(error) => self.fail(&target, error),
        }
    }
}

/// Turns changes at the paths that the user named into replacements.
fn apply_replace_on_changes(diff: &mut DiffResponse, paths: &[String]) {
    let patterns: Vec<PathPattern> = paths.iter().filter_map(|path| path.parse().ok()).collect();
    for (text, change) in &mut diff.detailed_diff {
        let Ok(path) = text.parse::<PropertyPath>() else {
            continue;
        };
        if !patterns.iter().any(|pattern| pattern.matches(&path)) {
            continue;
        }
        let kind = match change.kind() {
            Kind::Add | Kind::AddReplace => Kind::AddReplace,
            Kind::Delete | Kind::DeleteReplace => Kind::DeleteReplace,
            Kind::Update | Kind::UpdateReplace => Kind::UpdateReplace,
        };
        change.set_kind(kind);
        if let Some(top) = path
            .top_key()
            .filter(|top| !diff.replaces.iter().any(|key| key == top))
        {
            diff.replaces.push(top.to_owned());
        }
    }
}

/// The diff from the other side: what was added is deleted.
fn inverted(mut diff: DiffResponse) -> DiffResponse {
    let invert = |change: &mut PropertyDiff| {
        let kind = match change.kind() {
            Kind::Add => Kind::Delete,
            Kind::AddReplace => Kind::DeleteReplace,
            Kind::Delete => Kind::Add,
            Kind::DeleteReplace => Kind::AddReplace,
            same => same,
        };
        change.set_kind(kind);
    };
    diff.detailed_diff.values_mut().for_each(invert);
    diff
}
