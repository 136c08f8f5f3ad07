//! What rules may look at, and how they say what they find.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Rule, disallowed_network, max_lifetime, require_expiry, require_ip_limit};
use crate::beside::Told;
use crate::change::Outcome;
use crate::config::{Level, Policy, Settings};
use crate::document::{Declaration, Document, Source};
use crate::edit::{self, Part};
use crate::fields::{COMPANY_ROLES, EXPIRE_TIME, Field, Kind, PERMITTED_IPS, ROLES};
use crate::finding::{Edit, Finding, Related};
use crate::model::{Expiry, Network, covers};
use crate::path::Path;
use crate::pipeline::Options;
use crate::secrets::Secret;
use crate::shape::{Shape, ValueNode};
use crate::span::{Place, Span};
use crate::value::{Content, Value};

/// What a rule may look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// The declaration.
    pub declaration: &'a Declaration,
    /// Its parts, along the field table.
    pub shape: Shape<'a>,
    /// What the caller said.
    pub options: &'a Options,
    /// What the team configured for the source.
    pub settings: &'a Settings,
    /// The index of the source, for findings.
    pub source: usize,
    /// The text of the source, for fixes; empty for a declaration that has none.
    pub text: &'a str,
    /// What becomes of the key, where that is told: by the document itself, or by a plan beside a program.
    pub outcome: Option<Outcome>,
    /// The lists of permitted addresses, which many rules ask for.
    permitted: OnceCell<Vec<Permitted<'a>>>,
}

/// What is known of a field.
pub(super) enum Known<'n, 'a> {
    /// Nothing.
    No,
    /// That it is left out.
    Absent,
    /// Its value, though parts of it may be unknown.
    Value(&'n ValueNode<'a>),
}

/// A list of permitted addresses.
#[derive(Debug)]
pub(super) struct Permitted<'a> {
    /// The list.
    pub(super) list: ValueNode<'a>,
    /// Those of its elements that are networks.
    pub(super) entries: Vec<PermittedEntry<'a>>,
    /// Whether they together cover all of IPv4, and all of IPv6.
    pub(super) covers: [bool; 2],
}

/// An element of the permitted addresses.
#[derive(Debug)]
pub(super) struct PermittedEntry<'a> {
    pub(super) node: ValueNode<'a>,
    pub(super) network: Network,
}

impl Permitted<'_> {
    /// Whether every address of the family of `range` is permitted.
    pub(super) fn covers_family_of(&self, range: IpNet) -> bool {
        self.covers[usize::from(matches!(range, IpNet::V6(_)))]
    }
}

/// All of IPv4, and all of IPv6.
pub(super) const EVERYWHERE: [IpNet; 2] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
];

/// What a rule about all documents may look at.
#[derive(Debug)]
pub struct Program<'a> {
    /// The texts.
    pub sources: &'a [Source<'a>],
    /// Their content, in the same order: all of each text, from its first byte; empty if it is not UTF-8.
    pub texts: &'a [&'a str],
    /// What was read from them, in the same order.
    pub documents: &'a [Document],
    /// The places in them of what looks like the secret of a key, in the same order.
    pub(crate) secrets: &'a [Vec<Secret>],
    /// What the caller said.
    pub options: &'a Options,
    /// What the team configured, for each source.
    pub settings: &'a [Cow<'a, Settings>],
    /// The folder that each source stands in.
    pub folders: &'a [String],
    /// What becomes of keys, where that is told.
    pub(crate) told: Told<'a>,
}

impl<'a> Program<'a> {
    /// The context of one declaration of the source at index `source`.
    pub(crate) fn context(&self, declaration: &'a Declaration, source: usize) -> Context<'a> {
        Context {
            outcome: self.outcome(declaration, source),
            ..Context::new(
                declaration,
                self.options,
                &self.settings[source],
                source,
                self.texts[source],
            )
        }
    }

    /// What becomes of a declaration of the source at index `source`, where that is told there or beside it.
    pub(crate) fn outcome(&self, declaration: &Declaration, source: usize) -> Option<Outcome> {
        self.told.outcome(self.folder(declaration, source), declaration)
    }

    /// The folder of the program that a declaration of the source at index `source` belongs to: a key in a module is of
    /// the program that calls it.
    pub(crate) fn folder(&self, declaration: &Declaration, source: usize) -> &'a str {
        let program = declaration.calls.last().map_or(source, |call| call.source);
        &self.folders[program]
    }
}

impl<'a> Context<'a> {
    /// What rules may look at about `declaration`, which stands in the text of the source at index `source`.
    pub(crate) fn new(
        declaration: &'a Declaration,
        options: &'a Options,
        settings: &'a Settings,
        source: usize,
        text: &'a str,
    ) -> Self {
        Context {
            declaration,
            shape: Shape::of(declaration),
            options,
            settings,
            source,
            text,
            outcome: declaration.planned.as_ref().map(|planned| planned.outcome),
            permitted: OnceCell::new(),
        }
    }

    /// The policy of the team, for the source of the declaration.
    pub(super) fn policy(&self) -> &'a Policy {
        &self.settings.policy
    }

    /// The value of the field `field` of the key itself, if what was written about it is known: nothing for a field that
    /// is left out or null.
    pub(super) fn known(&self, field: &'static Field) -> Known<'_, 'a> {
        if !matches!(self.declaration.properties.content, Content::Object(_)) {
            return Known::No;
        }
        match self.shape.values_of(field).find(|node| !node.value.is_null()) {
            None => Known::Absent,
            Some(node) if matches!(node.value.content, Content::Unknown(_)) => Known::No,
            Some(node) => Known::Value(node),
        }
    }

    /// The expiry, if it is known and the service would take it, with the value that says so.
    pub(super) fn expiry(&self) -> Option<(Expiry, Option<&ValueNode<'a>>)> {
        match self.known(&EXPIRE_TIME) {
            Known::No => None,
            Known::Absent => Some((Expiry::Never, None)),
            Known::Value(node) => {
                let seconds = node.value.number_in(self.declaration.dialect)?;
                let expiry = Expiry::from_unix_seconds(seconds).ok()?;
                Some((expiry, Some(node)))
            }
        }
    }

    /// How many seconds the key still works, if that is known.
    pub(super) fn seconds_left(&self) -> Option<(i64, &ValueNode<'a>)> {
        match (self.expiry()?, self.options.now?) {
            ((Expiry::At(end), Some(node)), now) => Some((end.saturating_sub(now), node)),
            _ => None,
        }
    }

    /// Each list of permitted addresses.
    pub(super) fn permitted(&self) -> &[Permitted<'a>] {
        self.permitted.get_or_init(|| {
            let entry = |node: &ValueNode<'a>| {
                let text = node.value.text_in(self.declaration.dialect)?;
                Some(PermittedEntry {
                    network: Network::parse(&text).ok()?,
                    node: node.clone(),
                })
            };
            let permitted = |(list, elements): (&ValueNode<'a>, &[ValueNode<'a>])| {
                let entries: Vec<_> = elements.iter().filter_map(entry).collect();
                let ranges = || entries.iter().map(|entry| entry.network.range());
                Permitted {
                    list: list.clone(),
                    covers: EVERYWHERE.map(|all| covers(ranges(), all)),
                    entries,
                }
            };
            self.texts_of(&PERMITTED_IPS).map(permitted).collect()
        })
    }

    /// Whether the key may certainly be used from any address: nothing limits it, or what is permitted covers all of
    /// IPv4 or all of IPv6.
    pub(super) fn is_unlimited(&self) -> bool {
        match self.known(&PERMITTED_IPS) {
            Known::No => false,
            Known::Absent => true,
            Known::Value(node) if node.value.as_list().is_some_and(<[_]>::is_empty) => true,
            Known::Value(_) => self
                .permitted()
                .iter()
                .any(|permitted| permitted.covers.contains(&true)),
        }
    }

    /// Each list of texts, with its elements, which follow it among the values of the shape.
    pub(super) fn text_lists(&self) -> impl Iterator<Item = (&ValueNode<'a>, &[ValueNode<'a>])> {
        let values = &self.shape.values;
        values.iter().enumerate().filter_map(|(index, node)| {
            let items = match node.kind {
                Kind::List(Kind::Text) | Kind::Set(Kind::Text) => node.value.as_list()?,
                _ => return None,
            };
            Some((node, &values[index + 1..][..items.len()]))
        })
    }

    /// Each list of texts that is the value of `field`, with its elements.
    pub(super) fn texts_of(
        &self,
        field: &'static Field,
    ) -> impl Iterator<Item = (&ValueNode<'a>, &[ValueNode<'a>])> {
        self.text_lists()
            .filter(move |(list, _)| std::ptr::eq(list.field, field))
    }

    /// The texts among the elements of a list, as the dialect takes them.
    pub(super) fn texts<'n>(
        &self,
        elements: impl IntoIterator<Item = &'n ValueNode<'a>>,
    ) -> impl Iterator<Item = (&'n ValueNode<'a>, Cow<'a, str>)>
    where
        'a: 'n,
    {
        elements
            .into_iter()
            .filter_map(|node| Some((node, node.value.text_in(self.declaration.dialect)?)))
    }

    /// Every role that is granted, wherever it stands.
    pub(super) fn roles(&self) -> Vec<(&ValueNode<'a>, Cow<'a, str>)> {
        let lists = self.texts_of(&COMPANY_ROLES).chain(self.texts_of(&ROLES));
        lists.flat_map(|(_, elements)| self.texts(elements)).collect()
    }

    /// A finding of `rule` about the key because it lacks something: at the value that says so, or at the key.
    pub(super) fn lacking(
        &self,
        rule: &'static Rule,
        node: Option<&ValueNode<'_>>,
        message: String,
    ) -> Finding {
        match node {
            Some(node) => self.about(rule, node, message),
            None => self.finding(rule, &Path::root(), self.declaration.span, message),
        }
    }

    /// Whether the team wants to hear of a rule.
    pub(super) fn is_wanted(&self, rule: &'static Rule) -> bool {
        self.settings.levels.get(rule.id) != Some(&Level::Off)
    }

    /// Whether the team says itself from where a key may be used, so that its own rules speak of one that may be used
    /// from anywhere.
    pub(super) fn is_limit_wanted(&self) -> bool {
        let policy = self.policy();
        let requires = policy.require_ip_limit == Some(true) && self.is_wanted(&require_ip_limit::RULE);
        requires
            || (policy.allowed_networks.is_some() || policy.disallowed_networks.is_some())
                && self.is_wanted(&disallowed_network::RULE)
    }

    /// Whether the team says itself how long a key may live, so that its own rules speak of one that never expires.
    pub(super) fn is_end_wanted(&self) -> bool {
        let policy = self.policy();
        policy.require_expiry == Some(true) && self.is_wanted(&require_expiry::RULE)
            || policy.max_lifetime.is_some() && self.is_wanted(&max_lifetime::RULE)
    }

    /// The edit that takes out the part at `span` of a collection, if it can be made.
    pub(super) fn removal(&self, collection: &Value, span: Span, part: Part) -> Option<Edit> {
        let written = self.text.get(collection.span.range())?;
        edit::removal(self.text, span, part, written.starts_with(['[', '{']))
    }

    /// The edit that takes an element out of its list, if both are written out where they are used: an element that is
    /// given to a function may be there for its position.
    pub(super) fn element_removal(&self, list: &Value, element: &Value) -> Option<Edit> {
        if list.origin.is_some() || element.origin.is_some() {
            return None;
        }
        self.removal(list, element.span, Part::Element)
    }

    /// The edit that writes `new` for a value, if the value was written where it is used.
    pub(super) fn rewritten(&self, value: &Value, new: &str) -> Option<Edit> {
        // An edit may show what it replaces.
        if value.origin.is_some() || value.has_sensitive() {
            return None;
        }
        edit::requoted(self.text, value.span, new)
    }

    /// A finding of `rule` about the value of `node`, which also points at where the value was written, if that is
    /// elsewhere.
    pub(super) fn about(&self, rule: &'static Rule, node: &ValueNode<'_>, message: String) -> Finding {
        let mut finding = self.finding(rule, &node.path, node.value.span, message);
        let here = Place {
            source: self.source,
            span: node.value.span,
        };
        if let Some(place) = node.value.origin.filter(|place| *place != here) {
            finding.related.push(Related::written(place));
        }
        finding
    }

    /// A finding of `rule` at the place `span` of the value at `path`.
    pub(super) fn finding(&self, rule: &'static Rule, path: &Path, span: Span, message: String) -> Finding {
        Finding {
            rule: rule.id,
            severity: rule.severity,
            message,
            source: self.source,
            resource: self.declaration.resource.clone(),
            path: path.clone(),
            span,
            related: self
                .declaration
                .calls
                .iter()
                .copied()
                .map(Related::call)
                .collect(),
            help: None,
            fixes: Vec::new(),
        }
    }
}
