using System.Reflection;

namespace Millrace.Tests.Servers;

/// <summary>The loop without servers stays without them: a class that is given one says so.</summary>
public sealed class IntegrationAttributeTests
{
    [Fact]
    public void Every_class_that_is_given_a_server_is_marked() => Assert.Empty(
        from type in typeof(IntegrationAttributeTests).Assembly.GetTypes()
        where IsTestClass(type) && NeedsServers(type)
        where type.GetCustomAttribute<IntegrationAttribute>() is null && Tests(type).Any(test => test.GetCustomAttribute<IntegrationAttribute>() is null)
        select type.FullName);

    private static bool IsTestClass(Type type) => type is { IsClass: true, IsAbstract: false } && Tests(type).Any();

    private static IEnumerable<MethodInfo> Tests(Type type) => type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute)));

    /// <summary>By its constructor, or by that of a fixture which it shares.</summary>
    private static bool NeedsServers(Type type)
    {
        var fixtures = type.GetInterfaces().Where(shared => shared.IsGenericType).SelectMany(shared => shared.GetGenericArguments());
        return TakesServers(type) || Taken(type).Concat(fixtures).Any(TakesServers);
    }

    private static bool TakesServers(Type type) => Taken(type).Contains(typeof(TestServers));

    private static IEnumerable<Type> Taken(Type type) =>
        type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType);
}
