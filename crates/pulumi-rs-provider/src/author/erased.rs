//! The traits without their types, so that one map holds all resources: here property maps become the author's types and back.

use std::future::Future;
use std::pin::Pin;

use super::{Function, List, Resource};
use crate::context::Context;
use crate::error::Error;
use crate::typed::{Properties, PropertyError, PropertyErrorKind};
use crate::value::PropertyMap;
use crate::verbs::{
    CheckReply, CheckRequest, CreateReply, CreateRequest, DeleteRequest, Diff, DiffRequest, InvokeReply,
    InvokeRequest, ListRequest, Page, PreviewReply, PreviewRequest, ReadReply, ReadRequest, UpdateReply,
    UpdateRequest,
};

type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Declares an erased trait; all its methods have the same form.
macro_rules! erased {
    ($(#[$docs:meta])* $name:ident { $($verb:ident: $request:ty => $reply:ty;)* }) => {
        $(#[$docs])*
        pub(crate) trait $name<C>: Send + Sync + 'static {
            $(fn $verb<'a>(
                &'a self,
                config: &'a C,
                request: $request,
                context: &'a Context,
            ) -> Pending<'a, $reply>;)*
        }
    };
}

erased! {
    /// [`Resource`] without its types.
    ErasedResource {
        check: CheckRequest => CheckReply;
        diff: DiffRequest => Diff;
        preview: PreviewRequest => PreviewReply;
        create: CreateRequest => CreateReply;
        read: ReadRequest => ReadReply;
        update: UpdateRequest => UpdateReply;
        delete: DeleteRequest => ();
    }
}

erased! {
    /// [`List`] without its types.
    ErasedList {
        list: ListRequest => Page;
    }
}

erased! {
    /// [`Function`] without its types.
    ErasedFunction {
        invoke: InvokeRequest => InvokeReply;
    }
}

impl<C: Send + Sync + 'static, R: Resource<C>> ErasedResource<C> for R {
    fn check<'a>(
        &'a self,
        config: &'a C,
        request: CheckRequest,
        context: &'a Context,
    ) -> Pending<'a, CheckReply> {
        Box::pin(async move {
            let mut reply = Resource::check(self, config, request, context).await?;
            // What the author's type refuses is told now, and not when the resource is to be made.
            if reply.failures.is_empty()
                && let Err(error) = R::Inputs::verify(&reply.inputs)
                && error.kind != PropertyErrorKind::Unknown
            {
                reply.fail(error.path, error.kind.to_string());
            }
            Ok(reply)
        })
    }

    fn diff<'a>(&'a self, config: &'a C, request: DiffRequest, context: &'a Context) -> Pending<'a, Diff> {
        Box::pin(Resource::diff(self, config, request, context))
    }

    fn preview<'a>(
        &'a self,
        config: &'a C,
        request: PreviewRequest,
        context: &'a Context,
    ) -> Pending<'a, PreviewReply> {
        Box::pin(Resource::preview(self, config, request, context))
    }

    fn create<'a>(
        &'a self,
        config: &'a C,
        request: CreateRequest,
        context: &'a Context,
    ) -> Pending<'a, CreateReply> {
        Box::pin(async move {
            let request = CreateRequest {
                urn: request.urn,
                name: request.name,
                token: request.token,
                inputs: decode_args(request.inputs)?,
            };
            let (id, state, mut reasons) = match Resource::create(self, config, request, context).await? {
                CreateReply::Created { id, state } => (id, state, Vec::new()),
                CreateReply::Partial { id, state, reasons } => (id, state, reasons_or_bug(reasons)),
            };
            let state = kept(state, &mut reasons);
            Ok(if reasons.is_empty() {
                CreateReply::Created { id, state }
            } else {
                CreateReply::Partial { id, state, reasons }
            })
        })
    }

    fn read<'a>(
        &'a self,
        config: &'a C,
        request: ReadRequest,
        context: &'a Context,
    ) -> Pending<'a, ReadReply> {
        Box::pin(async move {
            let request = ReadRequest {
                urn: request.urn,
                name: request.name,
                token: request.token,
                id: request.id,
                inputs: recorded(request.inputs)?,
                state: recorded(request.state)?,
            };
            let (id, inputs, state, mut reasons) =
                match Resource::read(self, config, request, context).await? {
                    ReadReply::Found { id, inputs, state } => (id, inputs, state, Vec::new()),
                    ReadReply::Partial {
                        id,
                        inputs,
                        state,
                        reasons,
                    } => (id, inputs, state, reasons_or_bug(reasons)),
                    ReadReply::Gone => return Ok(ReadReply::Gone),
                };
            let inputs = kept(inputs, &mut reasons);
            let state = kept(state, &mut reasons);
            Ok(if reasons.is_empty() {
                ReadReply::Found { id, inputs, state }
            } else {
                ReadReply::Partial {
                    id,
                    inputs,
                    state,
                    reasons,
                }
            })
        })
    }

    fn update<'a>(
        &'a self,
        config: &'a C,
        request: UpdateRequest,
        context: &'a Context,
    ) -> Pending<'a, UpdateReply> {
        Box::pin(async move {
            let request = UpdateRequest {
                urn: request.urn,
                name: request.name,
                token: request.token,
                id: request.id,
                old_inputs: decode_old(request.old_inputs)?,
                old_state: decode_old(request.old_state)?,
                new_inputs: decode_args(request.new_inputs)?,
                ignore_changes: request.ignore_changes,
            };
            let (state, mut reasons) = match Resource::update(self, config, request, context).await? {
                UpdateReply::Updated { state } => (state, Vec::new()),
                UpdateReply::Partial { state, reasons } => (state, reasons_or_bug(reasons)),
            };
            let state = kept(state, &mut reasons);
            Ok(if reasons.is_empty() {
                UpdateReply::Updated { state }
            } else {
                UpdateReply::Partial { state, reasons }
            })
        })
    }

    fn delete<'a>(&'a self, config: &'a C, request: DeleteRequest, context: &'a Context) -> Pending<'a, ()> {
        Box::pin(async move {
            let request = DeleteRequest {
                urn: request.urn,
                name: request.name,
                token: request.token,
                id: request.id,
                inputs: decode_old(request.inputs)?,
                state: decode_old(request.state)?,
            };
            Resource::delete(self, config, request, context).await
        })
    }
}

impl<C: Send + Sync + 'static, L: List<C>> ErasedList<C> for L {
    fn list<'a>(&'a self, config: &'a C, request: ListRequest, context: &'a Context) -> Pending<'a, Page> {
        Box::pin(async move {
            let request = ListRequest {
                token: request.token,
                query: decode_args(request.query)?,
                continuation: request.continuation,
                page_size: request.page_size,
            };
            List::list(self, config, request, context).await
        })
    }
}

impl<C: Send + Sync + 'static, F: Function<C>> ErasedFunction<C> for F {
    fn invoke<'a>(
        &'a self,
        config: &'a C,
        request: InvokeRequest,
        context: &'a Context,
    ) -> Pending<'a, InvokeReply> {
        Box::pin(async move {
            let request = InvokeRequest {
                token: request.token,
                args: decode_args(request.args)?,
                preview: request.preview,
            };
            Ok(match Function::invoke(self, config, request, context).await? {
                InvokeReply::Returned(result) => {
                    InvokeReply::Returned(result.encode().map_err(|error| Error::Bug(unwritable(&error)))?)
                }
                InvokeReply::Refused(failures) => InvokeReply::Refused(failures),
            })
        })
    }
}

/// What the engine gives now, as the author's type.
fn decode_args<T: Properties>(properties: PropertyMap) -> Result<T, Error> {
    T::decode(properties).map_err(|error| Error::InvalidArgument(error.to_string()))
}

/// What the engine has kept from an earlier deployment.
fn decode_old<T: Properties>(properties: PropertyMap) -> Result<T, Error> {
    T::decode(properties).map_err(|error| {
        Error::FailedPrecondition(format!(
            "what was recorded by another version of the provider cannot be read by this one: {error}"
        ))
    })
}

/// What the engine has kept, as far as it has: `.get()` in a program sends empty properties.
fn recorded<T: Properties>(properties: Option<PropertyMap>) -> Result<Option<T>, Error> {
    let Some(properties) = properties else {
        return Ok(None);
    };
    let is_empty = properties.is_empty();
    match decode_old(properties) {
        Err(_) if is_empty => Ok(None),
        decoded => decoded.map(Some),
    }
}

/// The properties of a live resource. What cannot be written is a reason, never an error: the resource must not be forgotten.
fn kept<T: Properties>(properties: T, reasons: &mut Vec<String>) -> PropertyMap {
    properties.encode().unwrap_or_else(|error| {
        reasons.push(unwritable(&error));
        PropertyMap::new()
    })
}

fn unwritable(error: &PropertyError) -> String {
    format!("bug in the provider: a property cannot be written: {error}")
}

/// A partial result without a reason stays partial.
fn reasons_or_bug(reasons: Vec<String>) -> Vec<String> {
    if reasons.is_empty() {
        vec!["no reason was given".to_owned()]
    } else {
        reasons
    }
}
