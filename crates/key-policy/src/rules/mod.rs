//! The rules: one file each, with its page beside it.
//!
//! A rule's page is its documentation, what `explain` shows, and its test: each example under "Wrong" must
//! give exactly this rule's finding, and each under "Right" must give none.

pub mod any_ip;
pub mod bad_allow;
pub mod broad_access;
pub mod broad_network;
pub mod company_wide;
pub mod destroy_before_create;
pub mod disallowed_network;
pub mod disallowed_role;
pub mod disallowed_scope;
pub mod duplicate_entry;
pub mod duplicate_field;
pub mod duplicate_name;
pub mod empty_grant;
pub mod empty_name;
pub mod empty_rebac;
pub mod expired;
pub mod expires_soon;
pub mod expiry_in_milliseconds;
pub mod expiry_too_far;
pub mod exposed_cleartext;
pub mod hardcoded_secret;
pub mod host_bits;
pub mod inactive_at_create;
pub mod insecure_base_url;
pub mod invalid_expiry;
pub mod invalid_ip;
pub mod ipv6_unconfirmed;
pub mod long_lived;
pub mod max_lifetime;
pub mod missing_field;
pub mod name_pattern;
pub mod never_expires;
pub mod overlapping_grants;
pub mod read_only_field;
pub mod redundant_ip;
pub mod replaces_key;
pub mod require_expiry;
pub mod require_ip_limit;
pub mod scope_conflict;
pub mod syntax;
pub mod unknown_field;
pub mod unknown_role;
pub mod unknown_status;
pub mod unroutable_ip;
pub mod unused_allow;
pub mod wrong_type;

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::change::KeyChange;
use crate::config::{Policy, Settings};
use crate::document::{Declaration, Document, Source};
use crate::edit::{self, Part};
use crate::fields::Kind;
use crate::finding::{Edit, Finding, Fix, Related, Safety, Severity};
use crate::model::{Expiry, Network, covers};
use crate::path::Path;
use crate::pipeline::Options;
use crate::shape::{Shape, ValueNode};
use crate::span::{Place, Span};
use crate::value::{Content, Value};

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &any_ip::RULE,
    &bad_allow::RULE,
    &broad_access::RULE,
    &broad_network::RULE,
    &company_wide::RULE,
    &destroy_before_create::RULE,
    &disallowed_network::RULE,
    &disallowed_role::RULE,
    &disallowed_scope::RULE,
    &duplicate_entry::RULE,
    &duplicate_field::RULE,
    &duplicate_name::RULE,
    &empty_grant::RULE,
    &empty_name::RULE,
    &empty_rebac::RULE,
    &expired::RULE,
    &expires_soon::RULE,
    &expiry_in_milliseconds::RULE,
    &expiry_too_far::RULE,
    &exposed_cleartext::RULE,
    &hardcoded_secret::RULE,
    &host_bits::RULE,
    &inactive_at_create::RULE,
    &insecure_base_url::RULE,
    &invalid_expiry::RULE,
    &invalid_ip::RULE,
    &ipv6_unconfirmed::RULE,
    &long_lived::RULE,
    &max_lifetime::RULE,
    &missing_field::RULE,
    &name_pattern::RULE,
    &never_expires::RULE,
    &overlapping_grants::RULE,
    &read_only_field::RULE,
    &redundant_ip::RULE,
    &replaces_key::RULE,
    &require_expiry::RULE,
    &require_ip_limit::RULE,
    &scope_conflict::RULE,
    &syntax::RULE,
    &unknown_field::RULE,
    &unknown_role::RULE,
    &unknown_status::RULE,
    &unroutable_ip::RULE,
    &unused_allow::RULE,
    &wrong_type::RULE,
];

/// What is known about a rule.
#[derive(Debug)]
pub struct Rule {
    /// The name that reports, configuration and suppressions use. It never changes.
    pub id: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// How bad its findings are, unless a team says otherwise.
    pub severity: Severity,
    /// The best promise of the fixes that it can offer, if it offers any.
    pub fix: Option<Safety>,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// When it is asked.
    pub check: Check,
}

/// When a rule is asked, and the function that answers.
#[derive(Debug)]
pub enum Check {
    /// By a reader, about a text that it cannot read.
    Reader,
    /// About a comment that allows a finding.
    Allow,
    /// About one declaration.
    Declaration(fn(&Context<'_>, &mut Vec<Finding>)),
    /// About all documents at once: what stands outside of the keys, and what concerns several of them.
    Program(fn(&Program<'_>, &mut Vec<Finding>)),
    /// About a key of which two versions are known; the context is that of the new one.
    Change(fn(&Context<'_>, &KeyChange, &mut Vec<Finding>)),
}

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
}

/// What is known of a field.
enum Known<'n, 'a> {
    /// Nothing.
    No,
    /// That it is left out.
    Absent,
    /// Its value, though parts of it may be unknown.
    Value(&'n ValueNode<'a>),
}

/// A list of permitted addresses.
struct Permitted<'n, 'a> {
    /// The list.
    node: &'n ValueNode<'a>,
    /// Those of its elements that are networks.
    entries: Vec<PermittedEntry<'n, 'a>>,
    /// Whether they together cover all of IPv4, and all of IPv6.
    covers: [bool; 2],
}

/// An element of the permitted addresses.
struct PermittedEntry<'n, 'a> {
    node: &'n ValueNode<'a>,
    network: Network,
}

impl Permitted<'_, '_> {
    /// Whether every address of the family of `range` is permitted.
    fn covers_family_of(&self, range: IpNet) -> bool {
        self.covers[usize::from(matches!(range, IpNet::V6(_)))]
    }
}

impl PermittedEntry<'_, '_> {
    /// The element in a message.
    fn shown(&self) -> String {
        self.node.value.shown()
    }
}

/// All of IPv4, and all of IPv6.
const EVERYWHERE: [IpNet; 2] = [
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
    /// What the caller said.
    pub options: &'a Options,
    /// What the team configured, for each source.
    pub settings: &'a [Cow<'a, Settings>],
}

impl<'a> Program<'a> {
    /// The context of one declaration of the source at index `source`.
    pub(crate) fn context(&self, declaration: &'a Declaration, source: usize) -> Context<'a> {
        Context {
            declaration,
            shape: Shape::of(declaration),
            options: self.options,
            settings: &self.settings[source],
            source,
            text: self.texts[source],
        }
    }
}

/// The rule called `id`.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

impl<'a> Context<'a> {
    /// The policy of the team, for the source of the declaration.
    fn policy(&self) -> &'a Policy {
        &self.settings.policy
    }

    /// The value of the field `field` of the key itself, if what was written about it is known: nothing for a field that
    /// is left out or null.
    fn known(&self, field: &'static str) -> Known<'_, 'a> {
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
    fn expiry(&self) -> Option<(Expiry, Option<&ValueNode<'a>>)> {
        match self.known("expire_time") {
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
    fn seconds_left(&self) -> Option<(i64, &ValueNode<'a>)> {
        match (self.expiry()?, self.options.now?) {
            ((Expiry::At(end), Some(node)), now) => Some((end.saturating_sub(now), node)),
            _ => None,
        }
    }

    /// Each list of permitted addresses.
    fn permitted(&self) -> impl Iterator<Item = Permitted<'_, 'a>> {
        self.lists("permitted_ips").map(|(node, items)| {
            let entries: Vec<_> = items
                .into_iter()
                .filter_map(|node| {
                    let text = node.value.text_in(self.declaration.dialect)?;
                    let network = Network::parse(&text).ok()?;
                    Some(PermittedEntry { node, network })
                })
                .collect();
            let ranges = || entries.iter().map(|entry| entry.network.range());
            Permitted {
                node,
                covers: EVERYWHERE.map(|all| covers(ranges(), all)),
                entries,
            }
        })
    }

    /// Whether the key may certainly be used from any address: nothing limits it, or what is permitted covers all of
    /// IPv4 or all of IPv6.
    fn is_unlimited(&self) -> bool {
        match self.known("permitted_ips") {
            Known::No => false,
            Known::Absent => true,
            Known::Value(node) if node.value.as_list().is_some_and(<[_]>::is_empty) => true,
            Known::Value(_) => self.permitted().any(|permitted| permitted.covers.contains(&true)),
        }
    }

    /// Each list that is the value of `field`, with its elements: they follow it among the values of the field.
    fn lists(&self, field: &'static str) -> impl Iterator<Item = (&ValueNode<'a>, Vec<&ValueNode<'a>>)> {
        let mut nodes = self.shape.values_of(field);
        std::iter::from_fn(move || {
            let (list, items) = nodes.find_map(|node| match node.kind {
                Kind::List(_) | Kind::Set(_) => Some((node, node.value.as_list()?)),
                _ => None,
            })?;
            Some((list, nodes.by_ref().take(items.len()).collect()))
        })
    }

    /// The texts among the elements of a list, as the dialect takes them.
    fn texts<'n>(
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
    fn roles(&self) -> Vec<(&ValueNode<'a>, Cow<'a, str>)> {
        let lists = self.lists("company_roles").chain(self.lists("roles"));
        lists.flat_map(|(_, elements)| self.texts(elements)).collect()
    }

    /// A finding of `rule` about the key because it lacks something: at the value that says so, or at the key.
    fn lacking(&self, rule: &'static Rule, node: Option<&ValueNode<'_>>, message: String) -> Finding {
        match node {
            Some(node) => self.about(rule, node, message),
            None => self.finding(rule, &Path::root(), self.declaration.span, message),
        }
    }

    /// Whether the team says itself that a key must be limited to some addresses, so that its own rules speak of one
    /// that is not.
    fn is_limit_wanted(&self) -> bool {
        let policy = self.policy();
        policy.require_ip_limit == Some(true) || policy.allowed_networks.is_some()
    }

    /// The edit that takes out the part of a collection at `span`, if it can be made.
    fn removal(&self, span: Span, part: Part) -> Option<Edit> {
        edit::removal(self.text, span, part)
    }

    /// The edit that takes an element out of its list, if it was written where it is used.
    fn element_removal(&self, value: &Value) -> Option<Edit> {
        if value.origin.is_some() {
            return None;
        }
        self.removal(value.span, Part::Element)
    }

    /// The edit that writes `new` for a value, if the value was written where it is used.
    fn rewritten(&self, value: &Value, new: &str) -> Option<Edit> {
        if value.origin.is_some() {
            return None;
        }
        edit::requoted(self.text, value.span, new)
    }

    /// A finding of `rule` about the value of `node`, which also points at where the value was written, if that is
    /// elsewhere.
    fn about(&self, rule: &'static Rule, node: &ValueNode<'_>, message: String) -> Finding {
        let mut finding = self.finding(rule, &node.path, node.value.span, message);
        let here = Place {
            source: self.source,
            span: node.value.span,
        };
        if let Some(place) = node.value.origin.filter(|place| *place != here) {
            finding.related.push(Related {
                message: "the value is written here".to_owned(),
                place,
            });
        }
        finding
    }

    /// A finding of `rule` at the place `span` of the value at `path`.
    fn finding(&self, rule: &'static Rule, path: &Path, span: Span, message: String) -> Finding {
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
                .map(|&place| Related {
                    message: "in the module that is called here".to_owned(),
                    place,
                })
                .collect(),
            help: None,
            fixes: Vec::new(),
        }
    }
}

impl Rule {
    /// Whether its level is not the team's to choose, and no comment can allow it: what cannot be read is not checked.
    pub fn is_fixed(&self) -> bool {
        matches!(self.check, Check::Reader)
    }
}

/// The name among `known` that the author of `written` probably meant.
pub(crate) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|name| (strsim::osa_distance(written, name), name))
        .filter(|(distance, name)| *distance * 3 <= name.len())
        .min()
        .map(|(_, name)| name)
}

impl Fix {
    /// A fix of one edit, if there is one.
    fn of(title: impl Into<String>, safety: Safety, edit: Option<Edit>) -> Option<Self> {
        Some(Self {
            title: title.into(),
            safety,
            edits: vec![edit?],
        })
    }
}

impl Finding {
    /// A finding of `rule` that is about no key.
    pub(crate) fn in_source(rule: &'static Rule, place: Place, message: String) -> Self {
        Self {
            rule: rule.id,
            severity: rule.severity,
            message,
            source: place.source,
            resource: String::new(),
            path: Path::root(),
            span: place.span,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Relates a place in the finding's own source.
    fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related {
            message: message.into(),
            place: Place {
                source: self.source,
                span,
            },
        });
        self
    }

    pub(crate) fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fixes.extend(fix.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_sorted_and_each_rule_is_named_after_its_file() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| Some(name.strip_suffix(".rs")?.replace('_', "-")))
            .filter(|name| name != "mod")
            .collect();
        files.sort();
        let ids: Vec<_> = ALL.iter().map(|rule| rule.id).collect();
        assert_eq!(ids, files);
        for rule in ALL {
            assert!(
                rule.page
                    .starts_with(&format!("# {}\n\n{}.\n", rule.id, rule.summary)),
                "{}",
                rule.id
            );
        }
    }
}
