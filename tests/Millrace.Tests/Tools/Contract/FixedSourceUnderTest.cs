using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;

namespace Millrace.Tests.Tools.Contract;

/// <summary>A source that is none of the worker's has the function.</summary>
internal sealed class FixedSourceUnderTest : SourceUnderTest
{
    public override void Add(AIFunction function, LocalTools tools, IServiceCollection services) =>
        services.AddSingleton<IToolSource>(new FixedTools(Tool.Of(function, new ToolOptions())));
}
