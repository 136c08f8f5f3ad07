//! A kind of resource.

use std::future::Future;

use crate::context::Context;
use crate::error::Error;
use crate::typed::Properties;
use crate::verbs::{
    CheckReply, CheckRequest, CreateReply, CreateRequest, DeleteRequest, Diff, DiffRequest, PreviewReply,
    PreviewRequest, ReadReply, ReadRequest, UpdateReply, UpdateRequest,
};

/// A kind of resource, for providers whose configuration has the value `C`. Implement it with plain `async fn`.
///
/// Every verb is required, since each that silently did nothing would lose somebody's resource. Where the schema is enough to answer, the
/// answer is written down: `Ok(request.by_schema())`.
///
/// The engine calls `check`, `diff` and `preview` with inputs that may be unknown; they see properties as they were written. `create`,
/// `read`, `update` and `delete` are never called in a preview, and see the author's types with everything known.
///
/// State is kept for years. An output that a new version of a provider adds is empty in older states (`""`, 0, no elements); where that
/// would be misleading, make it an `Option`. An object that such a state lacks needs `#[serde(default)]`, or the state cannot be read.
///
/// ```
/// use pulumi_rs_provider::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize, Serialize, Schema)]
/// struct GreetingInputs {
///     /// Who is greeted.
///     to: String,
/// }
///
/// /// A greeting, which lives in the state alone.
/// #[derive(Deserialize, Serialize, Schema)]
/// struct GreetingState {
///     /// Who is greeted.
///     to: String,
///     /// The greeting.
///     text: String,
/// }
///
/// impl GreetingState {
///     fn new(inputs: GreetingInputs) -> Self {
///         Self { text: format!("Hello {}", inputs.to), to: inputs.to }
///     }
/// }
///
/// struct Greeting;
///
/// impl<C: Send + Sync + 'static> Resource<C> for Greeting {
///     type Inputs = GreetingInputs;
///     type State = GreetingState;
///
///     async fn check(&self, _: &C, request: CheckRequest, _: &Context) -> Result<CheckReply, Error> {
///         Ok(request.by_schema())
///     }
///     async fn diff(&self, _: &C, request: DiffRequest, _: &Context) -> Result<Diff, Error> {
///         Ok(request.by_schema())
///     }
///     async fn preview(&self, _: &C, request: PreviewRequest, _: &Context) -> Result<PreviewReply, Error> {
///         Ok(request.by_schema())
///     }
///     async fn create(
///         &self,
///         _: &C,
///         request: CreateRequest<GreetingInputs>,
///         _: &Context,
///     ) -> Result<CreateReply<GreetingState>, Error> {
///         Ok(CreateReply::Created { id: request.name, state: GreetingState::new(request.inputs) })
///     }
///     async fn read(
///         &self,
///         _: &C,
///         request: ReadRequest<GreetingInputs, GreetingState>,
///         _: &Context,
///     ) -> Result<ReadReply<GreetingInputs, GreetingState>, Error> {
///         Ok(request.as_recorded())
///     }
///     async fn update(
///         &self,
///         _: &C,
///         request: UpdateRequest<GreetingInputs, GreetingState>,
///         _: &Context,
///     ) -> Result<UpdateReply<GreetingState>, Error> {
///         Ok(UpdateReply::Updated { state: GreetingState::new(request.new_inputs) })
///     }
///     async fn delete(
///         &self,
///         _: &C,
///         _: DeleteRequest<GreetingInputs, GreetingState>,
///         _: &Context,
///     ) -> Result<(), Error> {
///         Ok(())
///     }
/// }
/// # let _ = Provider::new(schema::Package::new("greetings", "0.1.0"), ()).resource("greetings:index:Greeting", Greeting);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource for a provider whose configuration value is `{C}`",
    note = "implement `Resource<{C}>` for it; `{C}` is the `Value` of the provider's `Configuration`"
)]
pub trait Resource<C>: Send + Sync + 'static {
    /// What a program gives. [`PropertyMap`](crate::PropertyMap) takes anything.
    type Inputs: Properties;

    /// What the engine keeps: all outputs, which should repeat the inputs. Its doc comment describes the resource in the schema.
    type State: Properties;

    /// Says what is wrong with the inputs and fills defaults in. Inputs may be unknown; then only what is known is looked at.
    /// Deterministic, without network.
    fn check(
        &self,
        config: &C,
        request: CheckRequest,
        context: &Context,
    ) -> impl Future<Output = Result<CheckReply, Error>> + Send;

    /// Says what a change of inputs means. An unknown new value of a property that replaces is a replacement.
    fn diff(
        &self,
        config: &C,
        request: DiffRequest,
        context: &Context,
    ) -> impl Future<Output = Result<Diff, Error>> + Send;

    /// Says what would come out, and does nothing.
    fn preview(
        &self,
        config: &C,
        request: PreviewRequest,
        context: &Context,
    ) -> impl Future<Output = Result<PreviewReply, Error>> + Send;

    /// Makes it. An error promises that nothing was made; if something was, the answer is [`CreateReply::Partial`].
    ///
    /// The engine may send a creation again after an error, so look whether it is there where the service can tell.
    fn create(
        &self,
        config: &C,
        request: CreateRequest<Self::Inputs>,
        context: &Context,
    ) -> impl Future<Output = Result<CreateReply<Self::State>, Error>> + Send;

    /// Looks at it. What the service never tells again is carried over from the recorded state.
    fn read(
        &self,
        config: &C,
        request: ReadRequest<Self::Inputs, Self::State>,
        context: &Context,
    ) -> impl Future<Output = Result<ReadReply<Self::Inputs, Self::State>, Error>> + Send;

    /// Changes it in place. An error promises that nothing was changed; if something was, the answer is [`UpdateReply::Partial`].
    fn update(
        &self,
        config: &C,
        request: UpdateRequest<Self::Inputs, Self::State>,
        context: &Context,
    ) -> impl Future<Output = Result<UpdateReply<Self::State>, Error>> + Send;

    /// Ends it. One that is gone already is a success; an error says that it still exists.
    fn delete(
        &self,
        config: &C,
        request: DeleteRequest<Self::Inputs, Self::State>,
        context: &Context,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}
